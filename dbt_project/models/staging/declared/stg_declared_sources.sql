select
    source_id,
    title_fr,
    title_en,
    publisher,
    landing_page,
    licence_name,
    licence_url,
    citation,
    cast(frequency_days as integer) as frequency_days,
    scope_fr,
    scope_en,
    method_fr,
    method_en,
    warnings
from {{ source('raw', 'declared_sources') }}
