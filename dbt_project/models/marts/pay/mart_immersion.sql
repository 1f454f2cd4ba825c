-- The whole coefficient that reaches the SMIC = SMIC / (point × (1 + rate of the sujétion)), rounded up.
with counted as (
    select
        *,
        case
            when pay_convention = 'base_sujetion' then sujetion_eur / base_eur else 0
        end as premium_rate
    from {{ ref('int_pay__conventions') }}
    where pay_convention in ('base', 'base_sujetion')
),

monthly as (
    select
        month,
        agreement_id,
        employer_group,
        scale,
        pay_convention,
        max(point_value_eur) as point_value_eur,
        max(premium_rate) as premium_rate,
        min(coefficient) as lowest_coefficient,
        cast(count(distinct job_id) as integer) as n_jobs,
        cast(count(distinct job_id) filter (where is_under_smic) as integer) as n_jobs_under,
        cast(count(*) as integer) as n_steps,
        cast(count(*) filter (where is_under_smic) as integer) as n_steps_under
    from counted
    group by all
)

select
    monthly.month,
    monthly.agreement_id,
    monthly.employer_group,
    monthly.scale,
    monthly.pay_convention,
    smic.smic_35h_eur,
    monthly.point_value_eur,
    ceil(smic.smic_35h_eur / (monthly.point_value_eur * (1 + monthly.premium_rate)) - 1e-9)
        as first_coefficient_at_smic,
    monthly.lowest_coefficient,
    monthly.n_jobs,
    monthly.n_jobs_under,
    monthly.n_steps,
    monthly.n_steps_under
from monthly
left join {{ ref('int_smic__monthly') }} as smic on monthly.month = smic.month
