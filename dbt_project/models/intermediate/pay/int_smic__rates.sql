-- The minimum wage by date of effect: the texts as recorded, and after the last of them the months in
-- which the series of Insee changes (latest edition). A rise since the record thus counts at once.
with recorded as (
    select
        valid_from,
        hourly_eur,
        provenance_id
    from {{ ref('stg_smic__hourly') }}
),

latest as (
    select *
    from {{ ref('stg_insee_bdm__series_values') }}
    where idbank = '000822484' and frequency = 'monthly' and value is not null
    qualify row_number() over (partition by period_start order by edition_order desc) = 1
),

changes as (
    select
        *,
        lag(value) over (order by period_start) as previous_value
    from latest
)

select * from recorded
union all
select
    period_start as valid_from,
    value as hourly_eur,
    provenance_id
from changes
where value <> previous_value and period_start > (select max(valid_from) from recorded)
