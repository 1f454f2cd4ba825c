select
    raw.series_id,
    cast(raw.year as integer) as year,
    cast(raw.value as double) / cast(units.divisor as double) as value,
    units.canonical_unit_id as unit_id,
    raw.status,
    raw.provenance_id,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'consumer_prices__annual') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
