-- Since avenant 43 a career has two clocks: the échelon (2 after 4 years, 3 after 8, as the note of
-- the grid says; training or an appraisal may change the pace) and the seniority rate in the branch
-- (2 % from 5 years to 20 % from 30). A step begins wherever one of the two changes.
with echelons (step, first_years) as (
    values ('1', 0), ('2', 4), ('3', 8)
),

rates as (
    select
        cast(regexp_extract(condition, 'from (\d+) years', 1) as integer) as first_years,
        amount as seniority_rate,
        valid_from,
        valid_to
    from {{ ref('stg_bad__supplements') }}
    where supplement = 'seniority in the branch'
),

starts as (
    select first_years as seniority_years from echelons
    union
    select first_years as seniority_years from rates
)

select
    starts.seniority_years,
    lead(starts.seniority_years) over (order by starts.seniority_years) - 1 as seniority_years_to,
    max(echelons.step) as step,
    coalesce(max(rates.seniority_rate), 0) as seniority_rate
from starts
left join echelons on starts.seniority_years >= echelons.first_years
left join rates on starts.seniority_years >= rates.first_years
group by starts.seniority_years
