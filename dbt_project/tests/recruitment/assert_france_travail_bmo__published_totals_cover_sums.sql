-- Sums without masked cells are lower bounds: fails where a published national total (rounded to
-- the thousand at best) is smaller than the sum of the same year.
select
    published.period_start,
    published.value,
    projects.n_projects
from {{ ref('stg_france_travail_bmo__observations') }} as published
left join {{ ref('int_france_travail_bmo__projects') }} as projects
    on
        published.occupation_id = projects.occupation_id
        and published.geography_id = projects.geography_id
        and year(published.period_start) = projects.year
where
    published.indicator_id = 'hiring_projects'
    and published.population_id = 'bmo_employers'
    and published.qualifier = 'exact'
    and published.value < projects.n_projects - 1000
