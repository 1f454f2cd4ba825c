select
    cast(raw.valid_from as date) as valid_from,
    raw.date_precision,
    raw.valid_from_text,
    cast(raw.point_value_eur as double) as point_value_eur,
    raw.text,
    raw.status_id,
    raw.status,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'bad__points') }} as raw
