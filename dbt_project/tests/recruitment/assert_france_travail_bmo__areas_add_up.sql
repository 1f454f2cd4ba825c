-- Fails for each department and social occupation whose sums, masked cells or share over areas that
-- are released in full differ from what its employment areas give.
with areas as (
    select
        edition,
        year,
        department_id,
        occupation_id,
        coalesce(sum(n_projects), 0) as n_projects,
        coalesce(sum(n_difficult), 0) as n_difficult,
        coalesce(sum(n_seasonal), 0) as n_seasonal,
        count(*) filter (where is_masked_projects) as n_masked_projects,
        count(*) filter (where is_masked_difficult) as n_masked_difficult,
        count(*) filter (where is_masked_seasonal) as n_masked_seasonal,
        sum(n_difficult) filter (where not is_masked_projects)
        / nullif(sum(n_projects) filter (where not is_masked_difficult), 0) as share_paired
    from {{ ref('stg_france_travail_bmo__hiring_projects_by_employment_area') }}
    group by edition, year, department_id, occupation_id
),

departments as (
    select projects.*
    from {{ ref('stg_france_travail_bmo__hiring_projects') }} as projects
    left join {{ ref('geographies') }} as geographies
        on projects.geography_id = geographies.geography_id
    where geographies.level = 'department' and projects.occupation_id <> 'all'
)

select
    departments.edition,
    departments.year,
    departments.geography_id,
    departments.occupation_id
from departments
left join areas
    on
        departments.edition = areas.edition
        and departments.year = areas.year
        and departments.geography_id = areas.department_id
        and departments.occupation_id = areas.occupation_id
where
    areas.n_projects is distinct from departments.n_projects
    or areas.n_difficult is distinct from departments.n_difficult
    or areas.n_seasonal is distinct from departments.n_seasonal
    or areas.n_masked_projects is distinct from departments.n_masked_projects
    or areas.n_masked_difficult is distinct from departments.n_masked_difficult
    or areas.n_masked_seasonal is distinct from departments.n_masked_seasonal
    or (
        departments.share_difficult_paired is not null
        and coalesce(abs(areas.share_paired - departments.share_difficult_paired), 1) > 0.000501
    )
