-- The declared reason of each run of months without pay: that of the job before that of the whole
-- agreement. A run that no declaration covers keeps an empty reason, which a test refuses.
with candidates as (
    select
        gaps.agreement_id,
        gaps.job_id,
        gaps.first_month,
        gaps.last_month,
        declared.missing_fr,
        declared.reason_fr,
        declared.needed_fr,
        declared.source,
        row_number() over (
            partition by gaps.agreement_id, gaps.job_id, gaps.first_month
            order by declared.job_id = 'all', declared.first_month desc
        ) as preference
    from {{ ref('int_pay__month_gaps') }} as gaps
    left join {{ ref('pay_gaps_declared') }} as declared
        on
            declared.gap_kind = 'months'
            and gaps.agreement_id = declared.agreement_id
            and declared.job_id in (gaps.job_id, 'all')
            and gaps.first_month >= declared.first_month
            and (declared.last_month is null or gaps.last_month <= declared.last_month)
)

select * exclude (preference)
from candidates
where preference = 1
