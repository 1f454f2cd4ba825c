select
    cast(raw.completed_years as integer) as completed_years,
    cast(raw.rate_pct as double) / 100 as seniority_rate,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.valid_to_precision,
    raw.valid_to_text,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn51__seniority_rates') }} as raw
