select
    source_id,
    edition,
    cast(available_on as date) as available_on,
    available_on_basis
from {{ source('raw', 'declared_editions') }}
