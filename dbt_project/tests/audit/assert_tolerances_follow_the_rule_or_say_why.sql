-- The rule of docs/audit.md, read from what is printed; a claim departs from it with a reason only.
with ruled as (
    select
        claims.*,
        case
            when figures.stated_unit in ('percent', 'percent_change') and claims.stated_decimals = 0
                then case when figures.qualifier in ('approx', 'estimate') then 2 else 1 end
            when claims.stated_decimals > 0 or figures.unit_id in ('ratio', 'fraction')
                then pow(10, -claims.stated_decimals)
        end as rule_absolute,
        case when figures.qualifier in ('approx', 'estimate') then 0.1 else 0.05 end as rule_relative
    from {{ ref('claims') }} as claims
    left join {{ ref('mart_key_figures') }} as figures on claims.figure_id = figures.figure_id
),

compared as (
    select
        *,
        case
            when rule_absolute is null then coalesce(abs(tolerance_relative - rule_relative) < 1e-9, false)
            else coalesce(abs(tolerance_absolute - rule_absolute) < 1e-9, false)
        end as is_rule
    from ruled
)

select
    claim_id,
    tolerance_relative,
    tolerance_absolute,
    rule_relative,
    rule_absolute,
    tolerance_why_fr
from compared
where is_rule <> (tolerance_why_fr is null)
