-- The verdicts. They are derived here and written nowhere: see docs/audit.md.
with repeats as (
    select
        repeats.claim_id,
        string_agg(figures.document || ', l. ' || figures.text_line, ' ; ' order by figures.figure_id)
            as also_said_fr,
        string_agg(figures.document || ', line ' || figures.text_line, '; ' order by figures.figure_id)
            as also_said_en
    from {{ ref('claim_repeats') }} as repeats
    left join {{ ref('mart_key_figures') }} as figures on repeats.figure_id = figures.figure_id
    group by repeats.claim_id
),

readings as (
    select
        claims.*,
        {{ english('claims.claim_fr') }} as claim_en,
        {{ english('claims.tolerance_why_fr') }} as tolerance_why_en,
        {{ english('claims.what_would_settle_fr') }} as what_would_settle_en,
        {{ english('claims.note_fr') }} as note_en,
        figures.document,
        figures.document_title_fr,
        figures.document_title_en,
        figures.section,
        figures.text_line,
        figures.qualifier,
        figures.conflict_group,
        figures.stated_value,
        figures.stated_unit as unit_id,
        case when units.divisor <> 1 or units.symbol_fr <> '%' then units.symbol_fr end as unit_symbol_fr,
        case when units.divisor <> 1 or units.symbol_fr <> '%' then {{ english('units.symbol_fr') }} end
            as unit_symbol_en,
        repeats.also_said_fr,
        repeats.also_said_en,
        coalesce(claims.tolerance_absolute, claims.tolerance_relative * abs(figures.stated_value))
            as tolerance,
        readings.reading_id,
        readings.reading_fr,
        readings.reading_en,
        readings.kind,
        kinds.label_fr as kind_fr,
        {{ english('kinds.label_fr') }} as kind_en,
        kinds.is_counted,
        readings.is_preferred,
        readings.preferred_why_fr,
        readings.preferred_why_en,
        readings.formula_fr,
        readings.formula_en,
        readings.value * units.divisor as recomputed_value,
        readings.missing_fr,
        readings.missing_en,
        readings.data_used_fr,
        readings.data_used_en,
        readings.is_second_rank,
        readings.is_derived
    from {{ ref('claims') }} as claims
    left join {{ ref('mart_key_figures') }} as figures on claims.figure_id = figures.figure_id
    left join {{ ref('units') }} as units on figures.stated_unit = units.unit_id
    left join repeats on claims.claim_id = repeats.claim_id
    left join {{ ref('mart_claim_readings') }} as readings
        on claims.claim_id = readings.claim_id and readings.kind <> 'context'
    left join {{ ref('reading_kinds') }} as kinds on readings.kind = kinds.kind
),

judged as (
    select
        *,
        {{ reading_verdict('recomputed_value', 'stated_value', 'stated_decimals', 'tolerance', 'qualifier') }}
            as reading_verdict
    from readings
),

counted as (
    select
        *,
        count(*) filter (where is_counted and reading_verdict <> 'not_computable') over claim as n_computed,
        count(*) filter (where is_counted and reading_verdict = 'match') over claim as n_match,
        count(*) filter (where is_counted and reading_verdict = 'near') over claim as n_near,
        max(reading_verdict) filter (where is_preferred) over claim as preferred_verdict
    from judged
    window claim as (partition by claim_id)
),

-- What carries the verdict: the best that a reading that counts reaches. A match with another figure of
-- the documents does not rest on a series, even where a series was tried and gives something else.
deciding as (
    select
        *,
        case when n_match > 0 then 'match' when n_near > 0 then 'near' else 'no_match' end
            as deciding_verdict
    from counted
),

concluded as (
    select
        *,
        case
            when n_computed = 0 then 'none'
            when
                bool_or(is_counted and kind = 'reading' and reading_verdict = deciding_verdict)
                    over (partition by claim_id)
                then 'official_series'
            else 'internal_arithmetic'
        end as verdict_basis,
        case
            when n_computed = 0 then 'not_reproducible'
            when n_match = n_computed and preferred_verdict = 'match' then 'reproduced'
            when n_match > 0 then 'reproduced_under_one_reading'
            when n_near > 0 then 'close'
            else 'contradicted'
        end as claim_verdict
    from deciding
)

select
    concluded.claim_id,
    concluded.figure_id,
    concluded.reading_id,
    concluded.reading_fr,
    concluded.reading_en,
    concluded.is_preferred,
    concluded.preferred_why_fr,
    concluded.preferred_why_en,
    concluded.stated_value,
    concluded.stated_decimals,
    concluded.recomputed_value,
    concluded.reading_verdict,
    concluded.missing_fr as missing,
    concluded.missing_en,
    concluded.claim_verdict,
    concluded.verdict_basis,
    case
        when concluded.verdict_basis = 'internal_arithmetic' then verdicts.label_internal_fr
        else verdicts.label_fr
    end as claim_verdict_fr,
    case
        when concluded.verdict_basis = 'internal_arithmetic' then {{ english('verdicts.label_internal_fr') }}
        else {{ english('verdicts.label_fr') }}
    end as claim_verdict_en,
    concluded.preferred_verdict,
    concluded.n_computed as n_readings_computed,
    concluded.n_match as n_readings_match,
    concluded.claim_fr,
    concluded.claim_en,
    concluded.topic,
    concluded.document,
    concluded.document_title_fr,
    concluded.document_title_en,
    concluded.section,
    concluded.text_line,
    concluded.also_said_fr,
    concluded.also_said_en,
    concluded.sibling_claim_id,
    concluded.qualifier,
    concluded.unit_id,
    concluded.unit_symbol_fr,
    concluded.unit_symbol_en,
    concluded.tolerance,
    concluded.tolerance_why_fr,
    concluded.tolerance_why_en,
    concluded.kind,
    concluded.kind_fr,
    concluded.kind_en,
    concluded.is_counted,
    concluded.formula_fr,
    concluded.formula_en,
    concluded.data_used_fr,
    concluded.data_used_en,
    concluded.is_second_rank,
    concluded.is_derived,
    concluded.what_would_settle_fr,
    concluded.what_would_settle_en,
    concluded.note_fr,
    concluded.note_en,
    concluded.conflict_group
from concluded
left join {{ ref('claim_verdicts') }} as verdicts on concluded.claim_verdict = verdicts.claim_verdict
