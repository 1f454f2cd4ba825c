-- An employers' recommendation binds the members of Nexem only: the others keep the last value that
-- binds everybody (3.77 from February 2017, 3.82 from February 2021).
with employer_groups (employer_group) as (
    values ('nexem_member'), ('other')
),

points as (
    select
        employer_groups.employer_group,
        points.valid_from,
        lead(points.valid_from) over (
            partition by employer_groups.employer_group order by points.valid_from
        ) as next_valid_from,
        points.point_value_eur,
        points.provenance_id
    from employer_groups
    inner join {{ ref('stg_ccn66__points') }} as points
        on
            points.applies_to = 'all'
            or (points.applies_to = 'nexem_members' and employer_groups.employer_group = 'nexem_member')
),

confirmations as (
    select * from {{ ref('agreement_confirmations') }}
    where agreement_id = 'ccn66'
),

months as (
    select
        months.month,
        confirmations.last_confirmed_on
    from {{ ref('int_calendar__months') }} as months
    left join confirmations on true
    where months.month >= date '1999-01-01'
)

select
    employer_groups.employer_group,
    months.month,
    points.point_value_eur,
    points.valid_from as point_valid_from_on,
    case
        when points.point_value_eur is null then 'missing'
        when months.month <= months.last_confirmed_on then 'in_force'
        else 'carried_forward'
    end as point_status,
    points.provenance_id
from employer_groups
cross join months
left join points
    on
        employer_groups.employer_group = points.employer_group
        and months.month >= points.valid_from
        and (points.next_valid_from is null or months.month < points.next_valid_from)
