-- A coefficient whose first day was not read is known only from the month of the text that states it
-- (September 2025). An empty complement is not zero: such a job has no coefficient, hence no row.
-- The functional premium is left out: it depends on the kind of establishment.
with text_read as (
    select cast(date_trunc('month', grid_confirmed_on) as date) as month_read
    from {{ ref('agreement_confirmations') }}
    where agreement_id = 'ccn51'
)

select
    coefficients.job_id,
    coefficients.reference_coefficient + coefficients.diploma_complement as coefficient_without_job,
    coefficients.job_complement,
    coalesce(conditional.from_years, 0) as complement_from_years,
    coalesce(coefficients.valid_from, text_read.month_read) as valid_from_on,
    coefficients.valid_to as valid_to_on,
    coefficients.provenance_id
from {{ ref('stg_ccn51__coefficients') }} as coefficients
cross join text_read
left join {{ ref('ccn51_conditional_complements') }} as conditional
    on coefficients.job_id = conditional.job_id
where coefficients.job_complement is not null
