-- Social security ceiling in force on the first day of the month.
with ceilings as (
    select
        valid_from,
        lead(valid_from) over (order by valid_from) as next_valid_from,
        monthly_eur
    from {{ ref('stg_social_security_ceiling__monthly') }}
)

select
    months.month,
    ceilings.monthly_eur as ceiling_eur
from {{ ref('int_calendar__months') }} as months
left join ceilings
    on
        months.month >= ceilings.valid_from
        and (ceilings.next_valid_from is null or months.month < ceilings.next_valid_from)
