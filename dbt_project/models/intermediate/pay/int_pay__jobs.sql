-- Where each job stands: the months and steps for which its pay is known.
select
    agreement_id,
    job_id,
    scale,
    min(month) as first_month,
    max(month) as last_month,
    cast(count(distinct month) as integer) as n_months,
    cast(count(distinct seniority_years) as integer) as n_steps
from {{ ref('int_pay__components_unioned') }}
group by agreement_id, job_id, scale
