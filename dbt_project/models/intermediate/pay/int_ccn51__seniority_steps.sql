-- The years of a table that share a rate make one step. No table is known for January 2013 to
-- October 2014: those months have no step, hence no pay.
with rates as (
    select
        *,
        lag(seniority_rate) over (partition by valid_from order by completed_years) as earlier_rate
    from {{ ref('stg_ccn51__seniority_rates') }}
)

select
    completed_years as seniority_years,
    lead(completed_years) over (partition by valid_from order by completed_years) - 1
        as seniority_years_to,
    seniority_rate,
    valid_from as valid_from_on,
    valid_to as valid_to_on
from rates
where earlier_rate is distinct from seniority_rate
