-- A declaration of kind months that explains no run of months is out of date.
select declared.*
from {{ ref('pay_gaps_declared') }} as declared
anti join {{ ref('int_pay__gap_reasons') }} as gaps
    on
        declared.agreement_id = gaps.agreement_id
        and declared.reason_fr = gaps.reason_fr
where declared.gap_kind = 'months'
