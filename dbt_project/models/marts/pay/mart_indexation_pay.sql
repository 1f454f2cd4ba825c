-- What each job and step would be paid in the last month, had the rule run from the first month. The
-- rules move the point, hence base and sujétion; Ségur is a fixed amount and adds no gap.
with paths as (
    select * from {{ ref('mart_indexation_paths') }}
    qualify month = max(month) over ()
),

pay as (
    select * from {{ ref('mart_salary_smic') }}
    where pay_convention = 'base_sujetion' and reference_wage = 'smic_35h'
)

select
    paths.agreement_id,
    paths.employer_group,
    paths.rule_id,
    paths.start_month,
    pay.job_id,
    pay.scale,
    pay.seniority_years,
    paths.month,
    pay.pay_eur as real_pay_eur,
    pay.pay_eur * paths.pay_factor as path_pay_eur,
    pay.pay_eur * paths.share_gap as gap_eur,
    paths.share_gap,
    pay.ratio_conventional as ratio_real,
    pay.ratio_conventional * paths.pay_factor as ratio_path
from paths
inner join pay
    on
        paths.agreement_id = pay.agreement_id
        and paths.employer_group = pay.employer_group
        and paths.month = pay.month
