select
    cast(year as integer) as year,
    occupation_id,
    cast(entry_rate_percent as double) / 100 as rate_entry,
    cast(exit_rate_percent as double) / 100 as rate_exit,
    cast(rotation_rate_percent as double) / 100 as rate_rotation,
    provenance_id,
    cast(fixed_term_share_percent as double) / 100 as share_fixed_term,
    fixed_term_provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'dares_labour_turnover__turnover') }}
