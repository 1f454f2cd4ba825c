-- Runs of months in which the counted pay of a step is under the SMIC: months that follow one another
-- share the month from which their rank in the run would start.
with months as (
    select
        agreement_id,
        employer_group,
        job_id,
        scale,
        seniority_years,
        pay_convention,
        month,
        coefficient,
        is_under_smic,
        min(month) over step as first_known_month,
        max(month) over step as last_known_month
    from {{ ref('int_pay__conventions') }}
    where pay_convention in ('base', 'base_sujetion')
    window
        step as (
            partition by agreement_id, employer_group, job_id, scale, seniority_years, pay_convention
        )
),

under as (
    select
        *,
        month - to_months(
            cast(
                row_number() over (
                    partition by
                        agreement_id, employer_group, job_id, scale, seniority_years, pay_convention
                    order by month
                ) as integer
            )
        ) as run
    from months
    where is_under_smic
),

episodes as (
    select
        agreement_id,
        employer_group,
        job_id,
        scale,
        seniority_years,
        pay_convention,
        min(month) as first_month_under,
        max(month) as last_month_under,
        cast(count(*) as integer) as n_months,
        min(coefficient) as coefficient,
        min(month) = min(first_known_month) as is_start_unknown,
        max(month) = max(last_known_month) as is_still_under
    from under
    group by agreement_id, employer_group, job_id, scale, seniority_years, pay_convention, run
)

select
    agreement_id,
    employer_group,
    job_id,
    scale,
    seniority_years,
    pay_convention,
    cast(
        row_number() over (
            partition by agreement_id, employer_group, job_id, scale, seniority_years, pay_convention
            order by first_month_under
        ) as integer
    ) as episode,
    coefficient,
    first_month_under,
    last_month_under,
    n_months,
    is_start_unknown,
    is_still_under
from episodes
