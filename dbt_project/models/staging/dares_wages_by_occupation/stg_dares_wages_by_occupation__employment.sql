select
    cast(centre_year as integer) as centre_year,
    occupation_id,
    cast(employed_thousand as decimal(12, 5)) as employed_thousand,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'dares_wages_by_occupation__employment') }}
