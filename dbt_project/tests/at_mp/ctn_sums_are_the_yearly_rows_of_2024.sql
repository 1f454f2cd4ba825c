-- Fails for each activity where the file by CTN, summed, is not the yearly row of 2024.
select
    yearly.naf_code,
    ctn.n_accidents_first_payment as accidents_by_ctn,
    yearly.n_accidents_first_payment
from {{ ref('stg_ameli_work_accidents__yearly_by_naf') }} as yearly
left join {{ ref('int_ameli_work_accidents__ctn_summed') }} as ctn
    on
        yearly.naf_code = ctn.naf_code
        and yearly.year = ctn.year
        and yearly.edition = ctn.edition
where
    yearly.year = 2024
    and yearly.naf_level in ('division', 'sub_class')
    and (
        ctn.n_employees is distinct from yearly.n_employees
        or ctn.n_accidents_first_payment is distinct from yearly.n_accidents_first_payment
        or ctn.n_new_permanent_disabilities is distinct from yearly.n_new_permanent_disabilities
        or ctn.n_deaths is distinct from yearly.n_deaths
        or ctn.n_days_lost is distinct from yearly.n_days_lost
    )
