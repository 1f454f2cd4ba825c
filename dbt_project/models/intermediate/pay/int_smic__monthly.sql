-- Rule of the month: the value in force on the first day. A rise in mid-month counts from the next one.
with rates as (
    select
        valid_from,
        lead(valid_from) over (order by valid_from) as next_valid_from,
        hourly_eur,
        provenance_id
    from {{ ref('int_smic__rates') }}
),

legal_hours as (
    select
        valid_from,
        lead(valid_from) over (order by valid_from) as next_valid_from,
        hours_per_week
    from {{ ref('legal_working_hours') }}
),

months as (
    select month from {{ ref('int_calendar__months') }}
)

select
    months.month,
    rates.valid_from as smic_valid_from_on,
    rates.hourly_eur as smic_hourly_eur,
    rates.hourly_eur * 35 * 52 / 12 as smic_35h_eur,
    cast(legal_hours.hours_per_week * 52 as double) / 12 as legal_month_hours,
    rates.hourly_eur * legal_hours.hours_per_week * 52 / 12 as smic_legal_hours_eur,
    rates.provenance_id
from months
left join rates
    on
        months.month >= rates.valid_from
        and (rates.next_valid_from is null or months.month < rates.next_valid_from)
left join legal_hours
    on
        months.month >= legal_hours.valid_from
        and (legal_hours.next_valid_from is null or months.month < legal_hours.next_valid_from)
