select
    indicators.indicator_id,
    indicators.family,
    indicators.label_fr,
    indicators.unit_id as unit,
    units.kind as unit_kind,
    units.symbol_fr as unit_symbol_fr,
    indicators.definition_fr,
    indicators.formula,
    indicators.aggregation,
    indicators.better_when
from {{ ref('indicators') }} as indicators
left join {{ ref('units') }} as units on indicators.unit_id = units.unit_id
