-- Two grids in one shape: categories A to I by year of seniority (to September 2021), then degrees
-- and échelons of avenant 43. In the first, a year is known or not: it never stands for the next one.
select
    grid.job_id,
    'single' as scale,
    grid.seniority_year - 1 as seniority_years,
    grid.seniority_year - 1 as seniority_years_to,
    grid.coefficient,
    0.0 as seniority_rate,
    null as supplement_condition,
    false as has_supplements,
    grid.status = 'derived' as is_derived,
    grid.valid_from as valid_from_on,
    grid.valid_to as valid_to_on,
    grid.provenance_id
from {{ ref('stg_bad__coefficients_a_i') }} as grid
union all
select
    grid.job_id,
    grid.stream as scale,
    steps.seniority_years,
    steps.seniority_years_to,
    grid.coefficient,
    steps.seniority_rate,
    diplomas.supplement_condition,
    diplomas.job_id is not null as has_supplements,
    false as is_derived,
    grid.valid_from as valid_from_on,
    grid.valid_to as valid_to_on,
    grid.provenance_id
from {{ ref('stg_bad__coefficients_avenant43') }} as grid
inner join {{ ref('int_bad__seniority_steps') }} as steps on grid.step = steps.step
left join {{ ref('bad_diploma_levels') }} as diplomas on grid.job_id = diplomas.job_id
