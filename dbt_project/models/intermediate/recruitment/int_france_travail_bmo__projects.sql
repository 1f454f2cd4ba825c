-- Sums of employment areas by year, territory and occupation.
-- 1. The regions of 2024 are in no file: they are the sum of their departments, as those of 2023
--    and 2025 are (a test says so). A region is summed only for occupations whose departments are
--    there, and keeps the number of masked cells.
-- 2. A sum whose cells are all masked reads 0 in the file: it is unknown, hence null here.
with bundled as (
    select * from {{ ref('stg_france_travail_bmo__hiring_projects') }}
),

geographies as (
    select * from {{ ref('geographies') }}
),

regions_2024 as (
    select
        bundled.year,
        geographies.parent_geography_id as geography_id,
        bundled.occupation_id,
        sum(bundled.n_projects) as n_projects,
        sum(bundled.n_difficult) as n_difficult,
        sum(bundled.n_seasonal) as n_seasonal,
        sum(bundled.n_masked_projects) as n_masked_projects,
        sum(bundled.n_masked_difficult) as n_masked_difficult,
        sum(bundled.n_masked_seasonal) as n_masked_seasonal,
        cast(null as double) as share_difficult_published,
        cast(null as double) as share_difficult_paired,
        min(bundled.provenance_id) as provenance_id,
        min(bundled.source_id) as source_id,
        min(bundled.raw_row) as raw_row,
        count(*) as n_departments
    from bundled
    left join geographies on bundled.geography_id = geographies.geography_id
    where bundled.year = 2024 and geographies.level = 'department'
    group by bundled.year, geographies.parent_geography_id, bundled.occupation_id
),

all_rows as (
    select
        year,
        geography_id,
        occupation_id,
        n_projects,
        n_difficult,
        n_seasonal,
        n_masked_projects,
        n_masked_difficult,
        n_masked_seasonal,
        share_difficult as share_difficult_published,
        share_difficult_paired,
        provenance_id,
        source_id,
        raw_row,
        cast(null as bigint) as n_departments
    from bundled

    union all

    select * from regions_2024
),

unmasked as (
    select
        * exclude (n_projects, n_difficult, n_seasonal),
        case when n_projects > 0 or coalesce(n_masked_projects, 0) = 0 then n_projects end
            as n_projects,
        case when n_difficult > 0 or coalesce(n_masked_difficult, 0) = 0 then n_difficult end
            as n_difficult,
        case when n_seasonal > 0 or coalesce(n_masked_seasonal, 0) = 0 then n_seasonal end
            as n_seasonal
    from all_rows
)

select
    *,
    n_difficult / nullif(n_projects, 0) as share_difficult
from unmasked
