select
    indicators.indicator_id,
    indicators.family,
    indicators.label_fr,
    {{ english('indicators.label_fr') }} as label_en,
    indicators.unit_id as unit,
    units.kind as unit_kind,
    units.symbol_fr as unit_symbol_fr,
    {{ english('units.symbol_fr') }} as unit_symbol_en,
    indicators.definition_fr,
    {{ english('indicators.definition_fr') }} as definition_en,
    indicators.formula,
    {{ english('indicators.formula') }} as formula_en,
    indicators.aggregation,
    indicators.better_when
from {{ ref('indicators') }} as indicators
left join {{ ref('units') }} as units on indicators.unit_id = units.unit_id
