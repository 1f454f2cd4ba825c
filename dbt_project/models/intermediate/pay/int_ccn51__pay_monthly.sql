-- Monthly gross pay by the text of CCN 51 = (reference coefficient + complements) × point
-- × (1 + seniority rate of the date); the prime décentralisée (5 % of it) and Ségur stand apart.
with provenance as (
    select * from {{ ref('stg_ccn51__provenance') }}
),

segur as (
    select * from {{ ref('int_segur__eligibility') }}
    where agreement_id = 'ccn51'
),

decentralised as (
    select * from {{ ref('stg_ccn51__premiums') }}
    where premium_id = 'prime_decentralisee'
),

grid as (
    select
        points.employer_group,
        coefficients.job_id,
        steps.seniority_years,
        steps.seniority_years_to,
        steps.seniority_rate,
        points.month,
        coefficients.coefficient_without_job
        + case
            when steps.seniority_years >= coefficients.complement_from_years
                then coefficients.job_complement
            else 0
        end as coefficient,
        coefficients.valid_to_on,
        points.point_value_eur,
        points.point_status,
        points.provenance_id as point_provenance_id,
        coefficients.provenance_id as coefficient_provenance_id
    from {{ ref('int_ccn51__coefficients') }} as coefficients
    inner join {{ ref('int_ccn51__points_monthly') }} as points
        on {{ in_force('points.month', 'coefficients.valid_from_on', 'coefficients.valid_to_on') }}
    inner join {{ ref('int_ccn51__seniority_steps') }} as steps
        on {{ in_force('points.month', 'steps.valid_from_on', 'steps.valid_to_on') }}
),

priced as (
    select
        grid.*,
        greatest(grid.coefficient * grid.point_value_eur, minimum_pay.minimum_eur) as counted_eur,
        grid.coefficient * grid.point_value_eur * grid.seniority_rate as seniority_eur
    from grid
    left join {{ ref('int_ccn51__minimum_monthly') }} as minimum_pay on grid.month = minimum_pay.month
)

select
    'ccn51' as agreement_id,
    priced.employer_group,
    priced.job_id,
    'single' as scale,
    priced.seniority_years,
    priced.seniority_years_to,
    priced.month,
    priced.coefficient,
    priced.point_value_eur,
    priced.seniority_rate,
    priced.seniority_eur,
    priced.counted_eur + priced.seniority_eur as base_eur,
    decentralised.amount * (priced.counted_eur + priced.seniority_eur) as prime_decentralisee_eur,
    case
        when priced.month >= segur.segur_from_on then segur.segur_eur
        when segur.segur_from_on is not null then 0
    end as segur_eur,
    priced.valid_to_on,
    priced.point_status,
    point_provenance.evidence as point_evidence,
    coefficient_provenance.evidence as coefficient_evidence,
    point_provenance.reference as point_provenance,
    coefficient_provenance.reference as coefficient_provenance
from priced
left join decentralised
    on {{ in_force('priced.month', 'decentralised.valid_from', 'decentralised.valid_to') }}
left join segur
    on
        priced.job_id = segur.job_id
        and priced.employer_group = segur.employer_group
left join provenance as point_provenance on priced.point_provenance_id = point_provenance.provenance_id
left join provenance as coefficient_provenance
    on priced.coefficient_provenance_id = coefficient_provenance.provenance_id
