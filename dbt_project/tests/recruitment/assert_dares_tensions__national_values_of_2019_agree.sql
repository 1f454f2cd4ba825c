-- The national index of 2019 stands in both files: fails where they differ or one lacks it.
with national_index as (
    select * from {{ ref('stg_dares_tensions__national_index') }}
    where year = 2019
),

territories as (
    select * from {{ ref('stg_dares_tensions__territories_2019') }}
    where geography_id = 'fr'
)

select
    national_index.occupation_id,
    national_index.tension_index as index_in_series,
    territories.tension_index as index_in_territories
from national_index
left join territories on national_index.occupation_id = territories.occupation_id
where national_index.tension_index is distinct from territories.tension_index
