select
    agreement_id,
    job_id,
    'months' as gap_kind,
    first_month,
    last_month,
    missing_fr,
    reason_fr,
    needed_fr,
    source
from {{ ref('int_pay__gap_reasons') }}
union all
select
    agreement_id,
    job_id,
    gap_kind,
    first_month,
    last_month,
    missing_fr,
    reason_fr,
    needed_fr,
    source
from {{ ref('pay_gaps_declared') }}
where gap_kind <> 'months'
