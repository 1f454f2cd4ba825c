select
    cast(raw.year as integer) as year,
    raw.population,
    raw.population_id,
    raw.occupation_id,
    raw.statistic,
    raw.indicator_id,
    cast(raw.pay_as_published as double) as pay_as_published,
    cast(raw.pay_as_published as double) / cast(units.divisor as double) as pay_eur,
    units.canonical_unit_id as unit_id,
    raw.unit_text,
    cast(raw.comparison_value as double) as comparison_value,
    cast(raw.comparison_value as double) / cast(units.divisor as double) as comparison_eur,
    raw.comparison,
    cast(raw.gap_pct as double) / 100 as stated_gap,
    raw.producer,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'wage_gaps__published_pay') }} as raw
left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
