-- Rotation recomputed from its two parts, beside the published rate.
select
    *,
    (rate_entry + rate_exit) / 2 as rate_rotation_recomputed
from {{ ref('stg_dares_labour_turnover__turnover') }}
