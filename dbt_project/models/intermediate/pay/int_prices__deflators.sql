-- Euros of a year × deflator = euros of the base year. Every pair of years, so that any base can be
-- chosen; two series, never chained to one another.
with prices as (
    select
        case series_id
            when 'cpi_all_items_index_1998_100' then 'all_items' else 'ex_tobacco'
        end as price_series,
        year,
        value as price_index
    from {{ ref('stg_consumer_prices__annual') }}
    where
        series_id in (
            'cpi_all_items_index_1998_100', 'cpi_ex_tobacco_index_2000_100_insee_bdm_001763852'
        )
)

select
    prices.price_series,
    prices.year,
    bases.year as base_year,
    prices.price_index,
    bases.price_index / prices.price_index as deflator
from prices
inner join prices as bases on prices.price_series = bases.price_series
