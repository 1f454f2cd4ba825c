select
    raw.perimeter,
    raw.applies_to,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    cast(raw.minimum_coefficient as double) as minimum_coefficient,
    cast(raw.minimum_coefficient_boarding as double) as minimum_coefficient_boarding,
    raw.scope,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn66__minimum_coefficients') }} as raw
