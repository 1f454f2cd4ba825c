{{ stage_observations('eurostat_vacancies') }}
