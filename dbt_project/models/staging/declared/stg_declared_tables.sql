select
    source_id,
    table_name,
    cast(n_rows as integer) as n_rows,
    sha256,
    cast(retrieved_on as date) as retrieved_on,
    cast(bundled_on as date) as bundled_on,
    cast(period_first_on as date) as period_first_on,
    cast(period_last_on as date) as period_last_on
from {{ source('raw', 'declared_tables') }}
