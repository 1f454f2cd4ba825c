-- Monthly gross pay by the text of the branch = coefficient × point × (1 + seniority rate in the
-- branch, since avenant 43); the diploma supplement (points × point) stands apart. The seniority rate
-- is also due on what tops the base up to the SMIC (avenant 53): `topup_factor`.
with provenance as (
    select * from {{ ref('stg_bad__provenance') }}
),

priced as (
    select
        coefficients.*,
        points.month,
        points.point_value_eur,
        points.point_status,
        points.provenance_id as point_provenance_id,
        coefficients.coefficient * points.point_value_eur as counted_eur
    from {{ ref('int_bad__coefficients') }} as coefficients
    inner join {{ ref('int_bad__points_monthly') }} as points
        on {{ in_force('points.month', 'coefficients.valid_from_on', 'coefficients.valid_to_on') }}
)

select
    'bad' as agreement_id,
    'all' as employer_group,
    priced.job_id,
    priced.scale,
    priced.seniority_years,
    priced.seniority_years_to,
    priced.month,
    priced.coefficient,
    priced.point_value_eur,
    priced.seniority_rate,
    priced.counted_eur * priced.seniority_rate as seniority_eur,
    priced.counted_eur * (1 + priced.seniority_rate) as base_eur,
    case
        when priced.supplement_condition is not null then supplements.amount * priced.point_value_eur
        when priced.has_supplements then 0
    end as supplements_eur,
    1 + priced.seniority_rate as topup_factor,
    priced.valid_to_on,
    priced.point_status,
    point_provenance.evidence as point_evidence,
    case when priced.is_derived then 'computed' else coefficient_provenance.evidence end
        as coefficient_evidence,
    point_provenance.reference as point_provenance,
    coefficient_provenance.reference as coefficient_provenance
from priced
left join {{ ref('stg_bad__supplements') }} as supplements
    on priced.supplement_condition = supplements.condition
left join provenance as point_provenance on priced.point_provenance_id = point_provenance.provenance_id
left join provenance as coefficient_provenance on priced.provenance_id = coefficient_provenance.provenance_id
