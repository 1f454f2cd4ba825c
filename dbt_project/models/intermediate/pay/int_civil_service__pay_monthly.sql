-- Monthly gross pay of a civil servant = index × index point, never under the minimum index of the
-- date; the CTI (points × index point), counterpart of Ségur, stands apart.
with provenance as (
    select * from {{ ref('stg_civil_service__provenance') }}
),

entitled as (
    select
        eligibility.agreement_id,
        eligibility.job_id,
        cti.points,
        cti.valid_from
    from {{ ref('cti_eligibility') }} as eligibility
    left join {{ ref('stg_civil_service__cti_premiums') }} as cti on eligibility.measure = cti.measure
),

priced as (
    select
        steps.*,
        points.month,
        points.point_value_eur,
        points.provenance_id as point_provenance_id,
        greatest(steps.paid_index, points.minimum_index) as coefficient
    from {{ ref('int_civil_service__steps') }} as steps
    inner join {{ ref('int_civil_service__points_monthly') }} as points
        on {{ in_force('points.month', 'steps.valid_from_on', 'steps.valid_to_on') }}
)

select
    priced.agreement_id,
    'all' as employer_group,
    priced.job_id,
    priced.scale,
    priced.step_number,
    priced.seniority_years,
    priced.seniority_years_to,
    priced.month,
    priced.coefficient,
    priced.point_value_eur,
    priced.coefficient * priced.point_value_eur as base_eur,
    case
        when priced.month >= entitled.valid_from then entitled.points * priced.point_value_eur
        when entitled.valid_from is not null then 0
    end as segur_eur,
    priced.valid_to_on,
    case
        when priced.month <= confirmations.last_confirmed_on then 'in_force' else 'carried_forward'
    end as point_status,
    point_provenance.evidence as point_evidence,
    case when priced.is_derived then 'computed' else coefficient_provenance.evidence end
        as coefficient_evidence,
    point_provenance.reference as point_provenance,
    coefficient_provenance.reference as coefficient_provenance
from priced
left join entitled
    on
        priced.agreement_id = entitled.agreement_id
        and priced.job_id = entitled.job_id
left join {{ ref('agreement_confirmations') }} as confirmations
    on priced.agreement_id = confirmations.agreement_id
left join provenance as point_provenance on priced.point_provenance_id = point_provenance.provenance_id
left join provenance as coefficient_provenance on priced.provenance_id = coefficient_provenance.provenance_id
