select
    raw.gmr_id,
    raw.firms_35h_date,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.monthly_as_published as double) as monthly_as_published,
    cast(raw.monthly_as_published as double) / cast(units.divisor as double) as monthly_eur,
    units.canonical_unit_id as unit_id,
    raw.currency_code,
    cast(raw.monthly_rounded_eur as double) as monthly_rounded_eur,
    raw.legal_reference,
    raw.legal_reference_url,
    raw.provenance_id,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'gmr__monthly') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
