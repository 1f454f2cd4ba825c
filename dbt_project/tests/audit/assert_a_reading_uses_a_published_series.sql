-- A reading that is computed and uses no published value is arithmetic inside the documents: its kind is
-- consistency, or the verdict would claim to rest on a series.
select
    readings.claim_id,
    readings.reading_id
from {{ ref('claim_readings') }} as readings
inner join {{ ref('mart_claim_readings') }} as computed
    on readings.claim_id = computed.claim_id and readings.reading_id = computed.reading_id
left join {{ ref('mart_claim_operands') }} as operands
    on readings.claim_id = operands.claim_id and readings.reading_id = operands.reading_id
where readings.kind = 'reading' and computed.value is not null
group by readings.claim_id, readings.reading_id
having not bool_or(operands.operand_kind in ('observation', 'pay'))
