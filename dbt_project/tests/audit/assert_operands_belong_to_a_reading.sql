-- An operand whose reading is not declared would be dropped in silence; one term has one exponent.
select
    operands.claim_id,
    operands.reading_id,
    operands.term
from {{ ref('mart_claim_operands') }} as operands
left join {{ ref('claim_readings') }} as readings
    on operands.claim_id = readings.claim_id and operands.reading_id = readings.reading_id
group by operands.claim_id, operands.reading_id, operands.term
having count(readings.reading_id) < count(*) or count(distinct operands.exponent) > 1
