with observations as (
    select * from {{ ref('int_observations__classified') }}
),

provenance as (
    select * from {{ ref('int_provenance__unioned') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                indicator_id, population_id, occupation_id, geography_id,
                period_start, period_end, source_id
            order by edition_rank desc, edition desc
        ) = 1 as is_latest
    from observations
),

-- A break is seen along one series: the latest values of one source, in time.
in_series as (
    select
        *,
        lag(comparability_group) over (
            partition by
                indicator_id, population_id, occupation_id, geography_id, source_id, is_latest
            order by period_start, period_end
        ) as previous_group
    from ranked
)

select
    in_series.indicator_id,
    in_series.population_id,
    in_series.occupation_id,
    in_series.geography_id,
    in_series.period_start,
    in_series.period_end,
    in_series.frequency,
    in_series.value,
    in_series.numerator,
    in_series.denominator,
    in_series.unit_id as unit,
    in_series.status,
    in_series.qualifier,
    in_series.comparability_group,
    coalesce(in_series.is_latest and in_series.previous_group <> in_series.comparability_group, false)
        as break_before,
    case
        when in_series.is_latest and in_series.previous_group <> in_series.comparability_group
            then in_series.break_reason_fr
    end as break_reason_fr,
    in_series.source_id,
    in_series.edition as vintage,
    in_series.is_latest,
    provenance.reference as provenance,
    provenance.url as provenance_url,
    provenance.evidence,
    provenance.is_second_rank,
    in_series.scope_fr,
    in_series.publisher,
    in_series.note_fr as note,
    in_series.raw_table,
    in_series.raw_row
from in_series
left join provenance
    on
        in_series.source_id = provenance.source_id
        and in_series.provenance_id = provenance.provenance_id
