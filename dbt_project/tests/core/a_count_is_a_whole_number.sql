-- Fails for each value of a unit of kind `count` that is not whole. An estimate with decimals has a
-- unit of kind `amount` (persons_estimated, projects).
select
    observations.source_id,
    observations.indicator_id,
    observations.unit_id,
    observations.value
from {{ ref('int_observations__unioned') }} as observations
left join {{ ref('units') }} as units on observations.unit_id = units.unit_id
where units.kind = 'count' and observations.value <> round(observations.value)
