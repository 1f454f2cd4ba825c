select
    cast(raw.valid_from as date) as valid_from,
    cast(raw.point_as_published as double) as point_as_published,
    cast(raw.point_as_published as double) / cast(units.divisor as double) as point_value_eur,
    units.canonical_unit_id as unit_id,
    raw.currency_code,
    raw.convention,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'bad__points_before_2003') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
