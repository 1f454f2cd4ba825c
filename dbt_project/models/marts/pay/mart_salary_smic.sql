-- Whoever is compared with a guarantee (GMR) works for a firm that owes it: the guarantee is then the floor,
-- where it is higher than the 35-hour SMIC. Both meet on 1 July 2005, before any rate is due on the top-up.
with pay as (
    select * from {{ ref('int_pay__conventions') }}
),

compared as (
    select
        pay.*,
        reference_wages.reference_wage,
        reference_wages.reference_eur,
        case
            when reference_wages.reference_wage like 'gmr%'
                then greatest(
                    reference_wages.reference_eur - (pay.paid_eur - pay.pay_eur + pay.counted_eur), 0
                )
            else 0
        end as guarantee_topup_eur
    from pay
    left join {{ ref('int_reference_wages__monthly') }} as reference_wages
        on pay.month = reference_wages.month
)

select
    agreement_id,
    employer_group,
    job_id,
    scale,
    seniority_years,
    month,
    coefficient,
    point_value_eur,
    base_eur,
    sujetion_eur,
    segur_eur,
    pay_convention,
    pay_eur,
    reference_wage,
    reference_eur,
    pay_eur / reference_eur as ratio_conventional,
    (paid_eur + guarantee_topup_eur) / reference_eur as ratio_paid,
    point_status,
    point_evidence,
    coefficient_evidence,
    point_provenance,
    coefficient_provenance,
    seniority_years_to,
    seniority_rate,
    seniority_eur,
    prime_decentralisee_eur,
    supplements_eur,
    paid_eur + guarantee_topup_eur as paid_eur,
    coefficient_status
from compared
