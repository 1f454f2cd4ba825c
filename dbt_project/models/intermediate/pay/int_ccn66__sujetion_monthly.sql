-- Rate of the indemnité de sujétion spéciale in force on the first day of the month.
select
    months.month,
    rates.amount as sujetion_rate,
    rates.provenance_id
from {{ ref('int_calendar__months') }} as months
left join {{ ref('stg_ccn66__premiums') }} as rates
    on
        rates.premium_id = 'sujetion_speciale'
        and months.month >= rates.valid_from
        and (rates.valid_to is null or months.month <= rates.valid_to)
