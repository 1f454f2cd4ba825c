select
    cast(raw.proposed_from as date) as proposed_from,
    raw.proposed_as_published,
    cast(raw.proposed_point as double) / cast(units.divisor as double) as proposed_point_eur,
    units.canonical_unit_id as unit_id,
    raw.currency_code,
    raw.text,
    raw.outcome,
    raw.provenance_id,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn66__points_not_applied') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
