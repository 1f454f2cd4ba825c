-- Since when, and how much, a job of an agreement receives the Ségur or Laforcade rise, in the general
-- case of establishments for disabled persons and child protection.
select
    eligibility.agreement_id,
    eligibility.employer_group,
    eligibility.job_id,
    eligibility.step_id,
    steps.gross_eur as segur_eur,
    steps.valid_from as segur_from_on,
    eligibility.reason_fr
from {{ ref('segur_eligibility') }} as eligibility
left join {{ ref('stg_segur__steps') }} as steps on eligibility.step_id = steps.step_id
