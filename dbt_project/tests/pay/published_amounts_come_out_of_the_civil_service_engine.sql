-- The pages that give a grid also print its monthly amounts: index × point, to the cent.
select
    grids.job_id,
    grids.step,
    grids.gross_monthly_eur,
    grids.paid_index * points.point_value_eur as computed_eur
from {{ ref('stg_civil_service__grids') }} as grids
inner join {{ ref('int_civil_service__points_monthly') }} as points
    on greatest(grids.valid_from, date '2023-07-01') = points.month
where
    grids.gross_monthly_eur is not null
    and abs(grids.paid_index * points.point_value_eur - grids.gross_monthly_eur) > 0.0101
