select
    naf_code,
    label_fr,
    population_stem
from {{ source('raw', 'dares_vacancies__sectors') }}
