-- Adds to each observation what it may be compared with.
-- A comparability group is: source, size of the establishments counted, nomenclature of the
-- occupation, method, and era (the last declared break of the series before the period).
with observations as (
    select * from {{ ref('int_observations__unioned') }}
),

populations as (
    select * from {{ ref('populations') }}
),

occupations as (
    select * from {{ ref('occupations') }}
),

breaks as (
    select
        *,
        {{ english('reason_fr') }} as reason_en
    from {{ ref('series_breaks') }}
),

described as (
    select
        observations.*,
        populations.establishment_size,
        occupations.nomenclature
    from observations
    left join populations on observations.population_id = populations.population_id
    left join occupations on observations.occupation_id = occupations.occupation_id
),

eras as (
    select
        described.source_id,
        described.raw_table,
        described.raw_row,
        described.indicator_id,
        max(breaks.first_period_start) as era_start,
        max_by(breaks.reason_fr, breaks.first_period_start) as break_reason_fr,
        max_by(breaks.reason_en, breaks.first_period_start) as break_reason_en
    from described
    left join breaks
        on
            described.source_id = breaks.source_id
            and breaks.indicator_id in ('*', described.indicator_id)
            and breaks.population_id in ('*', described.population_id)
            and breaks.nomenclature in ('*', described.nomenclature)
            and breaks.method_group in ('*', described.method_group)
            and described.period_start >= breaks.first_period_start
    group by all
)

select
    described.* exclude (establishment_size, nomenclature),
    eras.era_start,
    eras.break_reason_fr,
    eras.break_reason_en,
    concat_ws(
        ':',
        described.source_id,
        described.establishment_size,
        nullif(described.nomenclature, 'all'),
        described.method_group,
        coalesce('from_' || cast(eras.era_start as varchar), 'from_start')
    ) as comparability_group
from described
left join eras
    on
        described.source_id = eras.source_id
        and described.raw_table = eras.raw_table
        and described.raw_row = eras.raw_row
        and described.indicator_id = eras.indicator_id
