select
    cast(raw.valid_from as date) as valid_from,
    cast(raw.point_value_eur_per_year as double) as point_value_eur_per_year,
    cast(raw.point_value_eur_per_month as double) as point_value_eur_per_month,
    cast(raw.minimum_index as double) as minimum_index,
    cast(raw.minimum_pay_eur as double) as minimum_pay_eur,
    cast(raw.point_value_since as date) as point_value_since,
    cast(raw.minimum_index_since as date) as minimum_index_since,
    raw.point_reference,
    raw.point_reference_url,
    raw.minimum_reference,
    raw.minimum_reference_url,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'civil_service__index_points') }} as raw
