-- The territories of the seed, and the employment areas of surveys that were landed since.
with areas as (
    select
        *,
        row_number() over (partition by geography_id order by edition_order desc) as recency
    from {{ ref('stg_france_travail_bmo__employment_areas') }}
)

select
    geography_id,
    level,
    code,
    label_fr,
    parent_geography_id,
    vintage
from {{ ref('geographies') }}

union all

select
    areas.geography_id,
    'employment_area' as level,
    areas.code,
    areas.label_fr,
    areas.parent_geography_id,
    cast(areas.year as varchar) as vintage
from areas
left join {{ ref('geographies') }} as known on areas.geography_id = known.geography_id
where areas.recency = 1 and known.geography_id is null
