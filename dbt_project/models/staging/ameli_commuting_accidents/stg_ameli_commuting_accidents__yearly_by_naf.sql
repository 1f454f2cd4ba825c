select
    naf_code,
    naf_level,
    cast(year as integer) as year,
    cast(n_accidents_first_payment as bigint) as n_accidents_first_payment,
    cast(n_new_permanent_disabilities as bigint) as n_new_permanent_disabilities,
    cast(n_deaths as bigint) as n_deaths,
    cast(n_days_lost as bigint) as n_days_lost,
    cast(reported_frequency_index as double) as reported_frequency_index,
    edition,
    cast(_edition_order as integer) as edition_order,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'ameli_commuting_accidents__yearly_by_naf') }}
