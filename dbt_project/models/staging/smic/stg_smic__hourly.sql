select
    cast(raw.valid_from as date) as valid_from,
    cast(raw.hourly_as_published as double) as hourly_as_published,
    cast(raw.hourly_as_published as double) / cast(units.divisor as double) as hourly_eur,
    units.canonical_unit_id as unit_id,
    raw.currency_code,
    cast(raw.hourly_rounded_eur as double) as hourly_rounded_eur,
    cast(raw.monthly_35h_eur as double) as monthly_35h_eur,
    cast(raw.monthly_39h_eur as double) as monthly_39h_eur,
    cast(raw.legal_hours_per_month as double) as legal_hours_per_month,
    cast(raw.monthly_legal_hours_eur as double) as monthly_legal_hours_eur,
    cast(raw.monthly_as_recorded_eur as double) as monthly_as_recorded_eur,
    raw.legal_reference,
    raw.legal_reference_url,
    raw.provenance_id,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'smic__hourly') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
