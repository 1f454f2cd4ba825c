select
    raw.supplement,
    raw.condition,
    cast(raw.amount as double) / cast(units.divisor as double) as amount,
    units.canonical_unit_id as unit_id,
    raw.unit_text,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'bad__supplements') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
