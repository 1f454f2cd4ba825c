select
    cast(raw.valid_from as date) as valid_from,
    cast(raw.point_value_eur_per_month as double) as point_value_eur_per_month,
    cast(raw.minimum_index as double) as minimum_index,
    cast(raw.minimum_pay_eur as double) as minimum_pay_eur,
    cast(raw.smic_35h_eur as double) as smic_35h_eur,
    cast(raw.differential_eur as double) as differential_eur,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'civil_service__index_points_2026') }} as raw
