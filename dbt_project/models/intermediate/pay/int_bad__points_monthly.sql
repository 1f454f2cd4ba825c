-- The point of the branch binds every employer. Values that the State refused are left out.
with points as (
    select
        valid_from,
        lead(valid_from) over (order by valid_from) as next_valid_from,
        point_value_eur,
        provenance_id
    from {{ ref('stg_bad__points') }}
    where status_id = 'in_force'
)

select
    months.month,
    points.point_value_eur,
    points.valid_from as point_valid_from_on,
    case
        when months.month <= confirmations.last_confirmed_on then 'in_force' else 'carried_forward'
    end as point_status,
    points.provenance_id
from points
inner join {{ ref('int_calendar__months') }} as months
    on
        months.month >= points.valid_from
        and (points.next_valid_from is null or months.month < points.next_valid_from)
left join {{ ref('agreement_confirmations') }} as confirmations on confirmations.agreement_id = 'bad'
