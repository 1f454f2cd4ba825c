select
    geography_id,
    level,
    code,
    label_fr,
    parent_geography_id,
    vintage
from {{ ref('int_geographies__unioned') }}
