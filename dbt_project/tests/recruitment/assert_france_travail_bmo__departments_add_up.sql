-- Fails for each region (2023, 2025) and each national total that is not the sum of its departments,
-- in values and in masked cells. Occupations without departments (2024, all) are left out.
with projects as (
    select * from {{ ref('stg_france_travail_bmo__hiring_projects') }}
),

geographies as (
    select * from {{ ref('geographies') }}
),

located as (
    select
        projects.*,
        geographies.level,
        geographies.parent_geography_id
    from projects
    left join geographies on projects.geography_id = geographies.geography_id
),

sums as (
    select
        edition,
        year,
        occupation_id,
        coalesce(parent_geography_id, 'fr') as geography_id,
        sum(n_projects) as n_projects,
        sum(n_difficult) as n_difficult,
        sum(n_seasonal) as n_seasonal,
        sum(n_masked_projects) as n_masked_projects,
        sum(n_masked_difficult) as n_masked_difficult,
        sum(n_masked_seasonal) as n_masked_seasonal
    from located
    where level = 'department'
    group by grouping sets (
        (edition, year, occupation_id, parent_geography_id), (edition, year, occupation_id)
    )
)

select
    located.edition,
    located.year,
    located.geography_id,
    located.occupation_id
from located
left join sums
    on
        located.edition = sums.edition
        and located.year = sums.year
        and located.geography_id = sums.geography_id
        and located.occupation_id = sums.occupation_id
where
    located.level in ('region', 'country')
    and located.year >= 2023
    and not (located.edition = 'BMO 2024' and located.occupation_id = 'all')
    and (
        sums.n_projects is distinct from located.n_projects
        or sums.n_difficult is distinct from located.n_difficult
        or sums.n_seasonal is distinct from located.n_seasonal
        or sums.n_masked_projects is distinct from located.n_masked_projects
        or sums.n_masked_difficult is distinct from located.n_masked_difficult
        or sums.n_masked_seasonal is distinct from located.n_masked_seasonal
    )
