-- One row a year, one column a series; the change is that of the World Bank, not the rounded check.
select
    year,
    max(value) filter (where series_id = 'cpi_all_items_annual_change_pct_worldbank') as annual_change,
    max(value) filter (where series_id = 'cpi_all_items_index_1998_100') as index_1998,
    max(value) filter (where series_id = 'cpi_all_items_index_2015_100_chained') as index_2015
from {{ ref('stg_consumer_prices__annual') }}
group by year
