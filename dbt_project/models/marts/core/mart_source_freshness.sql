with observations as (
    select
        source_id,
        count(*) as n_observations,
        count(*) filter (where status = 'secret') as n_secret,
        count(*) filter (where is_second_rank) as n_second_rank,
        count(distinct vintage) as n_vintages,
        min(period_start) as first_period_start,
        max(period_end) as last_period_end
    from {{ ref('fct_observation') }}
    group by source_id
)

select
    sources.source_id,
    sources.retrieved_on,
    sources.frequency_days,
    sources.licence_name,
    cast(sources.n_tables as integer) as n_tables,
    cast(sources.n_raw_rows as integer) as n_raw_rows,
    cast(coalesce(observations.n_observations, 0) as integer) as n_observations,
    cast(coalesce(observations.n_secret, 0) as integer) as n_secret,
    cast(coalesce(observations.n_second_rank, 0) as integer) as n_second_rank,
    cast(coalesce(observations.n_vintages, 0) as integer) as n_vintages,
    coalesce(observations.first_period_start, sources.declared_first_on) as first_period_start,
    coalesce(observations.last_period_end, sources.declared_last_on) as last_period_end
from {{ ref('int_sources__summarised') }} as sources
left join observations on sources.source_id = observations.source_id
