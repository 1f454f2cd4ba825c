-- The series of the BDM in the common observation shape; what each is stands in the seed.
with series as (
    select * from {{ ref('insee_series') }}
),

published as (
    select
        series_values.*,
        series.indicator_id,
        series.population_id,
        series.geography_id,
        series.unit_id,
        series.method_group,
        series.scope_fr,
        case
            when series_values.value is null then 'missing'
            when 'P' in (series_values.observation_status, series_values.observation_quality)
                then 'provisional'
            when series_values.observation_status = 'E' then 'estimated'
            else 'published'
        end as status,
        'idbank ' || series_values.idbank as note_fr
    from {{ ref('stg_insee_bdm__series_values') }} as series_values
    left join series on series_values.idbank = series.idbank
),

chained as (
    select
        prices.* exclude (factor),
        'consumer_prices_index_2015' as indicator_id,
        'france_consumers' as population_id,
        'fr' as geography_id,
        'index' as unit_id,
        'chained' as method_group,
        'Indice des prix à la consommation, base 2025 ramenée à la base 2015, France' as scope_fr,
        'computed' as status,
        concat(
            'Base 2025 × ', replace(printf('%.6f', prices.factor), '.', ','),
            ' (moyenne de 2025 : ancienne base / nouvelle base).'
        ) as note_fr
    from {{ ref('int_insee_bdm__prices_chained') }} as prices
),

unioned as (
    select * from published
    union all by name
    select * from chained
)

select
    indicator_id,
    population_id,
    'all' as occupation_id,
    geography_id,
    period_start,
    period_end,
    frequency,
    value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    unit_id,
    status,
    'exact' as qualifier,
    method_group,
    edition,
    edition_order as edition_rank,
    source_id,
    'series_values' as raw_table,
    raw_row,
    scope_fr,
    'Insee' as publisher,
    provenance_id,
    note_fr
from unioned
