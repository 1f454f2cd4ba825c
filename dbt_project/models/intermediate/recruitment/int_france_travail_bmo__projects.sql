-- Sums of employment areas by year, territory and occupation.
-- 1. The regions of 2024 are not in the bundled table: they are the sum of their departments, as
--    those of 2023 and 2025 are (a test says so). A region is summed only for occupations whose
--    departments are there, and keeps the number of masked cells.
-- 2. Occupations whose employment areas are there but no sum of them (six in 2024): France, regions
--    and departments are summed here from the areas, each in its department.
-- 3. The paired share (areas where projects and difficult ones are both released) is in no file of
--    2024: it is computed from the areas, with its numerator and denominator.
-- 4. A sum whose cells are all masked reads 0 in the file: it is unknown, hence null here.
with bundled as (
    select * from {{ ref('stg_france_travail_bmo__hiring_projects') }}
),

geographies as (
    select * from {{ ref('geographies') }}
),

areas as (
    select
        parts.*,
        geographies.parent_geography_id as region_id,
        not parts.is_masked_projects and not parts.is_masked_difficult as is_paired
    from {{ ref('stg_france_travail_bmo__hiring_projects_by_employment_area') }} as parts
    left join geographies on parts.department_id = geographies.geography_id
),

-- One row a department, region and country, for each year and occupation of the areas.
summed_areas as (
    select
        edition,
        edition_order,
        year,
        coalesce(department_id, region_id, 'fr') as geography_id,
        occupation_id,
        coalesce(sum(n_projects), 0) as n_projects,
        coalesce(sum(n_difficult), 0) as n_difficult,
        coalesce(sum(n_seasonal), 0) as n_seasonal,
        count(*) filter (where is_masked_projects) as n_masked_projects,
        count(*) filter (where is_masked_difficult) as n_masked_difficult,
        count(*) filter (where is_masked_seasonal) as n_masked_seasonal,
        sum(n_projects) filter (where is_paired) as n_projects_paired,
        sum(n_difficult) filter (where is_paired) as n_difficult_paired,
        min(provenance_id) as provenance_id,
        min(source_id) as source_id,
        min(raw_row) as raw_row,
        case when grouping(region_id) = 0 then count(distinct department_id) end as n_departments
    from areas
    group by grouping sets (
        (edition, edition_order, year, occupation_id, department_id),
        (edition, edition_order, year, occupation_id, region_id),
        (edition, edition_order, year, occupation_id)
    )
),

unsummed_occupations as (
    select distinct
        areas.edition,
        areas.year,
        areas.occupation_id
    from areas
    left join bundled
        on
            areas.edition = bundled.edition
            and areas.year = bundled.year
            and areas.occupation_id = bundled.occupation_id
    where bundled.year is null
),

summed_here as (
    select summed_areas.*
    from summed_areas
    inner join unsummed_occupations
        on
            summed_areas.edition = unsummed_occupations.edition
            and summed_areas.year = unsummed_occupations.year
            and summed_areas.occupation_id = unsummed_occupations.occupation_id
),

regions_2024 as (
    select
        bundled.edition,
        bundled.edition_order,
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
        count(*) as n_departments,
        'hiring_projects' as raw_table
    from bundled
    left join geographies on bundled.geography_id = geographies.geography_id
    where bundled.edition = 'BMO 2024' and geographies.level = 'department'
    group by
        bundled.edition, bundled.edition_order, bundled.year,
        geographies.parent_geography_id, bundled.occupation_id
),

all_rows as (
    select
        edition,
        edition_order,
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
        cast(null as bigint) as n_departments,
        'hiring_projects' as raw_table
    from bundled

    union all

    select * from regions_2024

    union all

    select
        edition,
        edition_order,
        year,
        geography_id,
        occupation_id,
        n_projects,
        n_difficult,
        n_seasonal,
        n_masked_projects,
        n_masked_difficult,
        n_masked_seasonal,
        cast(null as double) as share_difficult_published,
        cast(null as double) as share_difficult_paired,
        provenance_id,
        source_id,
        raw_row,
        n_departments,
        'hiring_projects_by_employment_area' as raw_table
    from summed_here
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
    unmasked.* exclude (share_difficult_paired),
    unmasked.n_difficult / nullif(unmasked.n_projects, 0) as share_difficult,
    coalesce(
        unmasked.share_difficult_paired,
        summed_areas.n_difficult_paired / nullif(summed_areas.n_projects_paired, 0)
    ) as share_difficult_paired,
    case when unmasked.share_difficult_paired is null then summed_areas.n_difficult_paired end
        as n_difficult_paired,
    case when unmasked.share_difficult_paired is null then summed_areas.n_projects_paired end
        as n_projects_paired
from unmasked
left join summed_areas
    on
        unmasked.year = 2024
        and unmasked.edition = summed_areas.edition
        and unmasked.year = summed_areas.year
        and unmasked.geography_id = summed_areas.geography_id
        and unmasked.occupation_id = summed_areas.occupation_id
