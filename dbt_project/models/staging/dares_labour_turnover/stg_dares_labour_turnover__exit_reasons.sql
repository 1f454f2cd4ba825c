select
    occupation_id,
    reason,
    cast(share_percent as double) / 100 as share_of_exits,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'dares_labour_turnover__exit_reasons') }}
