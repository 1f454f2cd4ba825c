select
    cast(raw.valid_from as date) as valid_from,
    cast(raw.minimum_eur as double) as minimum_eur,
    cast(raw.smic_35h_eur as double) as smic_35h_eur,
    cast(raw.ratio_to_smic as double) as ratio_to_smic,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn51__minimum_pay') }} as raw
