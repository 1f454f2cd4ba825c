-- What a later edition changed, cell by cell. Largest first: order by abs(relative_change) desc.
with ordered as (
    select
        *,
        lag(vintage) over cell as old_vintage,
        lag(value) over cell as old_value,
        lag(status) over cell as old_status,
        lag(unit) over cell as old_unit,
        lag(available_on) over cell as old_available_on
    from {{ ref('fct_observation') }}
    window cell as (
        partition by
            indicator_id, population_id, occupation_id, geography_id, method_group,
            period_start, period_end, source_id, is_second_rank
        order by vintage_rank, vintage
    )
)

select
    indicator_id,
    population_id,
    occupation_id,
    geography_id,
    method_group,
    period_start,
    period_end,
    frequency,
    unit,
    source_id,
    is_second_rank,
    old_vintage,
    vintage as new_vintage,
    old_value,
    value as new_value,
    old_status,
    status as new_status,
    old_available_on,
    available_on as new_available_on,
    value - old_value as absolute_change,
    (value - old_value) / nullif(abs(old_value), 0) as relative_change,
    case
        when value is null then 'withdrawn'
        when old_value is null then 'filled'
        else 'revised'
    end as kind
from ordered
where old_vintage is not null and unit = old_unit and value is distinct from old_value
