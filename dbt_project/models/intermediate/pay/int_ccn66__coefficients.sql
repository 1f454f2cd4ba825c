-- The grid, one row a scale: day, and boarding (internat) where the grid has one.
with grid as (
    select * from {{ ref('stg_ccn66__coefficients') }}
)

select
    job_id,
    'day' as scale,
    seniority_years_from as seniority_years,
    coefficient_day as grid_coefficient,
    valid_from as valid_from_on,
    valid_to as valid_to_on,
    provenance_id
from grid
union all
select
    job_id,
    'boarding' as scale,
    seniority_years_from as seniority_years,
    coefficient_boarding as grid_coefficient,
    valid_from as valid_from_on,
    valid_to as valid_to_on,
    provenance_id
from grid
where coefficient_boarding is not null
