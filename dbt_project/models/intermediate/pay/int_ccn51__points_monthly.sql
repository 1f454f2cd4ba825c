-- A recommendation of Fehap binds its members only (seed employer_group_points): the others keep the
-- last value that binds everybody (4.447 from July 2018).
with employer_groups (employer_group) as (
    values ('fehap_member'), ('other')
),

binding as (
    select
        points.*,
        coalesce(bounds.applies_to, 'all') as applies_to
    from {{ ref('stg_ccn51__points') }} as points
    left join {{ ref('employer_group_points') }} as bounds
        on bounds.agreement_id = 'ccn51' and points.valid_from = bounds.valid_from
),

points as (
    select
        employer_groups.employer_group,
        binding.valid_from,
        lead(binding.valid_from) over (
            partition by employer_groups.employer_group order by binding.valid_from
        ) as next_valid_from,
        binding.point_value_eur,
        binding.provenance_id
    from employer_groups
    inner join binding on binding.applies_to in ('all', employer_groups.employer_group)
)

select
    points.employer_group,
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
left join {{ ref('agreement_confirmations') }} as confirmations on confirmations.agreement_id = 'ccn51'
