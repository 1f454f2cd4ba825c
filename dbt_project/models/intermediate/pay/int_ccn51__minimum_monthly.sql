-- Conventional minimum pay, without seniority and prime décentralisée. Each amount was set for one
-- calendar year; none is known after 2018.
select
    months.month,
    minimum_pay.minimum_eur
from {{ ref('int_calendar__months') }} as months
left join {{ ref('stg_ccn51__minimum_pay') }} as minimum_pay
    on year(months.month) = year(minimum_pay.valid_from)
