select
    raw.step_id,
    raw.step,
    cast(raw.gross_eur as double) as gross_eur,
    cast(raw.net_eur as double) as net_eur,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.beneficiaries,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'segur__steps') }} as raw
