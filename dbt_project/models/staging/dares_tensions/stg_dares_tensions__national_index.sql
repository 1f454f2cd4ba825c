select
    cast(year as integer) as year,
    occupation_id,
    cast(tension_index as double) as tension_index,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'dares_tensions__national_index') }}
