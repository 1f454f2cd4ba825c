-- What one application of a rule adds to the point: a mean rise of the SMIC over its years, or a rise
-- that the rule fixes.
select
    rules.rule_id,
    smic.month,
    coalesce(
        rules.annual_rise,
        {{ mean_annual_rise('smic.smic_hourly_eur', 'earlier.smic_hourly_eur', 'rules.mean_years') }}
    ) as rise
from {{ ref('indexation_rules') }} as rules
cross join {{ ref('int_smic__monthly') }} as smic
left join {{ ref('int_smic__monthly') }} as earlier
    on smic.month = earlier.month + to_years(rules.mean_years)
where rules.rule_kind <> 'held_ratio' and smic.month >= date '1999-01-01'
