{{ stage_observations('dares_vacancies') }}
