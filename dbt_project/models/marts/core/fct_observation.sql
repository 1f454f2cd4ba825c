-- Which edition speaks, and where a series breaks. A series is one measure of one source: the same
-- indicator, population, occupation, territory and method; values of two methods never replace
-- each other.
with observations as (
    select
        classified.*,
        provenance.reference as provenance,
        provenance.url as provenance_url,
        provenance.evidence,
        provenance.is_second_rank,
        editions.available_on,
        editions.available_on_basis,
        concat_ws(
            '|',
            classified.indicator_id, classified.population_id, classified.occupation_id,
            classified.geography_id, classified.source_id, coalesce(classified.method_group, '')
        ) as series_key
    from {{ ref('int_observations__classified') }} as classified
    left join {{ ref('int_provenance__unioned') }} as provenance
        on
            classified.source_id = provenance.source_id
            and classified.provenance_id = provenance.provenance_id
    left join {{ ref('int_editions__dated') }} as editions
        on
            classified.source_id = editions.source_id
            and classified.edition = editions.edition
),

-- The highest edition is the latest; but one known only at second hand does not supersede a
-- first-rank edition, unless that one was still provisional.
ranked as (
    select
        *,
        row_number() over (
            partition by series_key, period_start, period_end
            order by {{ speaking_order('edition_rank', 'edition') }}
        ) = 1 as is_latest
    from observations
),

in_series as (
    select
        *,
        is_latest
        and period_start is not null
        and lag(comparability_group) over (
            partition by series_key, is_latest order by period_start nulls last, period_end
        ) <> comparability_group as is_after_break
    from ranked
)

select
    indicator_id,
    population_id,
    occupation_id,
    geography_id,
    period_start,
    period_end,
    frequency,
    value,
    numerator,
    denominator,
    unit_id as unit,
    status,
    qualifier,
    method_group,
    comparability_group,
    coalesce(is_after_break, false) as break_before,
    case when is_after_break then break_reason_fr end as break_reason_fr,
    case when is_after_break then break_reason_en end as break_reason_en,
    source_id,
    edition as vintage,
    coalesce({{ english('edition') }}, edition) as vintage_en,
    edition_rank as vintage_rank,
    available_on,
    available_on_basis,
    is_latest,
    provenance,
    provenance_url,
    evidence,
    is_second_rank,
    scope_fr,
    if(publisher = 'calcul', 'Calcul', publisher) as publisher,
    coalesce({{ english('publisher') }}, publisher) as publisher_en,
    note_fr as note,
    raw_table,
    raw_row
from in_series
