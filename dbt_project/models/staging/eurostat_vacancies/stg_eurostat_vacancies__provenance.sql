{{ stage_provenance('eurostat_vacancies') }}
