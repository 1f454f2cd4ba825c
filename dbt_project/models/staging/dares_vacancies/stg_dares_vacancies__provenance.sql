{{ stage_provenance('dares_vacancies') }}
