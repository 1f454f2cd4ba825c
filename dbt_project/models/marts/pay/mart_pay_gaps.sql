with gaps as (
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
)

select
    agreement_id,
    job_id,
    gap_kind,
    first_month,
    last_month,
    missing_fr,
    {{ english('missing_fr') }} as missing_en,
    reason_fr,
    {{ english('reason_fr') }} as reason_en,
    needed_fr,
    {{ english('needed_fr') }} as needed_en,
    source
from gaps
