-- Employment areas that lie in several departments have one row a department: they are summed.
-- A sum says how many of its parts are masked; with none disclosed it is null.
select
    edition,
    edition_order,
    year,
    geography_id,
    occupation_id,
    count(*) as n_parts,
    sum(n_projects) as n_projects,
    sum(n_difficult) as n_difficult,
    sum(n_seasonal) as n_seasonal,
    count(*) filter (where is_masked_projects) as n_masked_projects,
    count(*) filter (where is_masked_difficult) as n_masked_difficult,
    count(*) filter (where is_masked_seasonal) as n_masked_seasonal,
    min(provenance_id) as provenance_id,
    min(source_id) as source_id,
    min(raw_row) as raw_row
from {{ ref('stg_france_travail_bmo__hiring_projects_by_employment_area') }}
group by edition, edition_order, year, geography_id, occupation_id
