-- Index point and minimum index in force on the first day of the month.
with valued as (
    select
        valid_from,
        point_value_eur_per_month,
        minimum_index,
        provenance_id
    from {{ ref('stg_civil_service__index_points') }}
    union all
    select
        valid_from,
        point_value_eur_per_month,
        minimum_index,
        provenance_id
    from {{ ref('stg_civil_service__index_points_2026') }}
),

points as (
    select
        *,
        lead(valid_from) over (order by valid_from) as next_valid_from
    from valued
)

select
    months.month,
    points.point_value_eur_per_month as point_value_eur,
    points.minimum_index,
    points.valid_from as point_valid_from_on,
    points.provenance_id
from points
inner join {{ ref('int_calendar__months') }} as months
    on
        months.month >= points.valid_from
        and (points.next_valid_from is null or months.month < points.next_valid_from)
