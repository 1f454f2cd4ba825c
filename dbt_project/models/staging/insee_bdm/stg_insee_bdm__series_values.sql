select
    raw.idbank,
    raw.period,
    cast(raw.period_start as date) as period_start,
    cast(raw.period_end as date) as period_end,
    raw.frequency,
    -- Rounded far below any digit that is published: 2100.4 thousand is 2100400, not a hair more.
    round(cast(raw.value as double) * power(10, cast(raw.unit_multiplier as integer)), 6) as value,
    raw.observation_status,
    raw.observation_quality,
    raw.title_fr,
    raw.edition,
    cast(raw._edition_order as integer) as edition_order,
    raw.provenance_id,
    raw._source_id as source_id,
    raw._row_number as raw_row
from {{ source('raw', 'insee_bdm__series_values') }} as raw
