select
    cast(raw.valid_from as date) as valid_from,
    cast(raw.point_value_eur as double) as point_value_eur,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn51__points') }} as raw
