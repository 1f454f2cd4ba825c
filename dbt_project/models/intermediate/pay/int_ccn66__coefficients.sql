-- The grid, one row a scale: day, and boarding (internat) where the grid has one.
with grid as (
    select
        *,
        lead(seniority_years_from) over (
            partition by job_id, valid_from order by seniority_years_from
        ) - 1 as seniority_years_to
    from {{ ref('stg_ccn66__coefficients') }}
)

select
    job_id,
    'day' as scale,
    seniority_years_from as seniority_years,
    seniority_years_to,
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
    seniority_years_to,
    coefficient_boarding as grid_coefficient,
    valid_from as valid_from_on,
    valid_to as valid_to_on,
    provenance_id
from grid
where coefficient_boarding is not null
