select
    geography_id,
    level,
    code,
    label_fr,
    case
        when level in ('world_region', 'country') then {{ english('label_fr') }}
        else coalesce({{ english('label_fr') }}, label_fr)
    end as label_en,
    parent_geography_id,
    vintage
from {{ ref('int_geographies__unioned') }}
