-- One path a rule, group of employers and first month (each January and July). A rise applies at each
-- anniversary of the first month; a held ratio applies from the first month on, and not before the
-- month whose ratio it holds.
with points as (
    select
        employer_group,
        month,
        point_value_eur
    from {{ ref('int_ccn66__points_monthly') }}
),

months as (
    select
        rules.rule_id,
        rules.rule_kind,
        starts.employer_group,
        starts.month as start_month,
        starts.point_value_eur as start_point_eur,
        points.month,
        points.point_value_eur as real_point_eur,
        held.held_point_eur,
        case
            when points.month > starts.month and month(points.month) = month(starts.month) then rises.rise
            else 0
        end as rise
    from {{ ref('indexation_rules') }} as rules
    cross join points as starts
    inner join points
        on
            starts.employer_group = points.employer_group
            and starts.month <= points.month
    left join {{ ref('int_indexation__rises') }} as rises
        on
            rules.rule_id = rises.rule_id
            and points.month = rises.month
    left join {{ ref('int_indexation__held_ratios') }} as held
        on
            rules.rule_id = held.rule_id
            and points.employer_group = held.employer_group
            and points.month = held.month
    where
        month(starts.month) in (1, 7)
        and (rules.rule_kind <> 'held_ratio' or starts.month > rules.reference_month)
),

paths as (
    select
        *,
        case rule_kind
            when 'held_ratio' then held_point_eur
            else {{ compounded(
                'start_point_eur', 'rise', 'partition by rule_id, employer_group, start_month order by month'
            ) }}
        end as path_point_eur
    from months
)

select
    'ccn66' as agreement_id,
    employer_group,
    rule_id,
    start_month,
    month,
    path_point_eur,
    real_point_eur,
    path_point_eur / real_point_eur as pay_factor,
    path_point_eur / real_point_eur - 1 as share_gap
from paths
