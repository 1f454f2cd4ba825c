select
    source_id,
    title_fr,
    publisher,
    landing_page,
    licence_name,
    licence_url,
    citation,
    cast(frequency_days as integer) as frequency_days,
    scope_fr,
    method_fr,
    warnings
from {{ source('raw', 'declared_sources') }}
