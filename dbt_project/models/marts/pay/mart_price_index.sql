select
    price_series,
    year,
    base_year,
    price_index,
    deflator
from {{ ref('int_prices__deflators') }}
