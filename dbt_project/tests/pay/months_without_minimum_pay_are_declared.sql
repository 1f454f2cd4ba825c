-- CCN 51 after its last known minimum pay: ratio_conventional may fall under 1 without saying what the
-- agreement guarantees. Every such month of pay stands in a gap, for all jobs and groups of employers.
with known as (
    select min(month) as first_month
    from {{ ref('int_ccn51__minimum_monthly') }}
    where minimum_eur is not null
)

select distinct
    pay.job_id,
    pay.employer_group,
    pay.month
from {{ ref('mart_salary_smic') }} as pay
inner join known on pay.month >= known.first_month
left join {{ ref('int_ccn51__minimum_monthly') }} as minimum_pay on pay.month = minimum_pay.month
left join {{ ref('mart_pay_gaps') }} as gaps
    on
        gaps.agreement_id = 'ccn51'
        and gaps.gap_kind = 'component'
        and gaps.missing_fr = 'Salaire minimum conventionnel'
        and gaps.job_id in (pay.job_id, 'all')
        and pay.month >= gaps.first_month
        and (gaps.last_month is null or pay.month <= gaps.last_month)
where
    pay.agreement_id = 'ccn51'
    and minimum_pay.minimum_eur is null
    and gaps.agreement_id is null
