-- Pay by the text of every agreement, in the same columns; an agreement is added by one more union.
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
    point_status,
    point_evidence,
    coefficient_evidence,
    point_provenance,
    coefficient_provenance
from {{ ref('int_ccn66__pay_monthly') }}
