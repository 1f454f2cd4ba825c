select
    rome_code,
    department_code,
    cast(counted_on as date) as counted_on,
    cast(n_offers as integer) as n_offers,
    edition,
    cast(_edition_order as integer) as edition_order,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'france_travail_offers__open_offers') }}
