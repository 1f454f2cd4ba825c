-- The point that keeps, month by month, the ratio to the reference wage of the rule's own month.
with points as (
    select * from {{ ref('int_ccn66__points_monthly') }}
),

wages as (
    select * from {{ ref('int_reference_wages__monthly') }}
)

select
    rules.rule_id,
    points.employer_group,
    wages.month,
    rules.reference_month,
    points.point_value_eur / reference_wages.reference_eur * wages.reference_eur as held_point_eur
from {{ ref('indexation_rules') }} as rules
inner join points on rules.reference_month = points.month
inner join wages as reference_wages
    on
        rules.reference_wage = reference_wages.reference_wage
        and rules.reference_month = reference_wages.month
inner join wages
    on
        rules.reference_wage = wages.reference_wage
        and rules.reference_month <= wages.month
where rules.rule_kind = 'held_ratio'
