select
    cast(year as integer) as year,
    geography_id,
    code,
    label_fr,
    parent_geography_id,
    edition,
    cast(_edition_order as integer) as edition_order,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'france_travail_bmo__employment_areas') }}
