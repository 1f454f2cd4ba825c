-- A masked cell (« * ») is null; the three flags keep it apart from a value that was never given.
select
    cast(year as integer) as year,
    geography_id,
    department_id,
    occupation_id,
    cast(nullif(n_projects, '*') as integer) as n_projects,
    cast(nullif(n_difficult, '*') as integer) as n_difficult,
    cast(nullif(n_seasonal, '*') as integer) as n_seasonal,
    n_projects = '*' as is_masked_projects,
    n_difficult = '*' as is_masked_difficult,
    n_seasonal = '*' as is_masked_seasonal,
    edition,
    cast(_edition_order as integer) as edition_order,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'france_travail_bmo__hiring_projects_by_employment_area') }}
