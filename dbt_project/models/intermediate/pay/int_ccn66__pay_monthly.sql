-- Monthly gross pay by the text of CCN 66 = coefficient × point, + indemnité de sujétion spéciale
-- (rate of the month, on the base) + Ségur (amount from its date of effect for the job).
with coefficients as (
    select * from {{ ref('int_ccn66__coefficients') }}
),

points as (
    select * from {{ ref('int_ccn66__points_monthly') }}
),

minimum as (
    select * from {{ ref('int_ccn66__minimum_monthly') }}
),

sujetion as (
    select * from {{ ref('int_ccn66__sujetion_monthly') }}
),

entitlement as (
    select * from {{ ref('sujetion_eligibility') }}
    where agreement_id = 'ccn66'
),

segur as (
    select * from {{ ref('int_segur__eligibility') }}
    where agreement_id = 'ccn66'
),

provenance as (
    select * from {{ ref('stg_ccn66__provenance') }}
),

grid as (
    select
        points.employer_group,
        coefficients.job_id,
        coefficients.scale,
        coefficients.seniority_years,
        coefficients.seniority_years_to,
        coefficients.valid_to_on,
        points.month,
        coefficients.grid_coefficient,
        minimum.minimum_coefficient,
        coalesce(minimum.minimum_coefficient > coefficients.grid_coefficient, false) as is_minimum_applied,
        points.point_value_eur,
        points.point_status,
        points.provenance_id as point_provenance_id,
        case
            when minimum.minimum_coefficient > coefficients.grid_coefficient then minimum.provenance_id
            else coefficients.provenance_id
        end as coefficient_provenance_id
    from coefficients
    inner join points
        on
            points.month >= coefficients.valid_from_on
            and (coefficients.valid_to_on is null or points.month <= coefficients.valid_to_on)
    left join minimum
        on
            points.employer_group = minimum.employer_group
            and coefficients.scale = minimum.scale
            and points.month = minimum.month
),

priced as (
    select
        *,
        case when is_minimum_applied then minimum_coefficient else grid_coefficient end as coefficient,
        case when is_minimum_applied then minimum_coefficient else grid_coefficient end
        * point_value_eur as base_eur
    from grid
)

select
    'ccn66' as agreement_id,
    priced.employer_group,
    priced.job_id,
    priced.scale,
    priced.seniority_years,
    priced.seniority_years_to,
    priced.month,
    priced.grid_coefficient,
    priced.is_minimum_applied,
    priced.coefficient,
    priced.point_value_eur,
    priced.base_eur,
    priced.valid_to_on,
    case
        when
            entitlement.is_entitled
            and (entitlement.entitled_to is null or priced.month <= entitlement.entitled_to)
            then sujetion.sujetion_rate * priced.base_eur
        when entitlement.is_entitled is not null then 0
    end as sujetion_eur,
    case
        when priced.month >= segur.segur_from_on then segur.segur_eur
        when segur.segur_from_on is not null then 0
    end as segur_eur,
    priced.point_status,
    point_provenance.evidence as point_evidence,
    coefficient_provenance.evidence as coefficient_evidence,
    point_provenance.reference as point_provenance,
    coefficient_provenance.reference as coefficient_provenance
from priced
left join sujetion on priced.month = sujetion.month
left join entitlement on priced.job_id = entitlement.job_id
left join segur
    on
        priced.job_id = segur.job_id
        and priced.employer_group = segur.employer_group
left join provenance as point_provenance on priced.point_provenance_id = point_provenance.provenance_id
left join provenance as coefficient_provenance
    on priced.coefficient_provenance_id = coefficient_provenance.provenance_id
