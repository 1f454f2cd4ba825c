select
    departments.geography_id,
    departments.code as geography_code,
    tiles.tile_row,
    tiles.tile_column
from {{ ref('dim_geography') }} as departments
left join {{ ref('department_tiles') }} as tiles
    on departments.geography_id = tiles.geography_id
where departments.level = 'department'
