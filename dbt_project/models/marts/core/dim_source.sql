select
    source_id,
    title_fr,
    title_en,
    publisher,
    landing_page,
    licence_name,
    licence_url,
    licence_name <> 'unknown' as is_redistributable,
    citation,
    frequency_days,
    scope_fr,
    scope_en,
    method_fr,
    method_en,
    cast(json_extract_string(warnings, '$[*]') as varchar[]) as warnings,
    json_contains(warnings, '"published_points_only"') as is_points_only,
    json_contains(warnings, '"secondary_source"') as is_secondary
from {{ ref('int_sources__summarised') }}
