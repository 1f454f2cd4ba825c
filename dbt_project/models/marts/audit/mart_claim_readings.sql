-- A reading is a product of terms raised to exponents; a term is a sum of signed operands. One null
-- operand makes the reading null: nothing is computed on a part of the data.
with operands as (
    select * from {{ ref('mart_claim_operands') }}
),

terms as (
    select
        claim_id,
        reading_id,
        term,
        any_value(exponent) as exponent,
        case
            when count(*) = count(value)
                then sum(case when is_plus_one then 1 else 0 end + sign * value order by operand)
        end as value
    from operands
    group by claim_id, reading_id, term
),

products as (
    select
        claim_id,
        reading_id,
        case
            when count(*) = count(value) and not bool_or(value = 0 and exponent < 0)
                then
                    product(pow(value, greatest(exponent, 0)) order by term)
                    / product(pow(value, greatest(-exponent, 0)) order by term)
        end as value
    from terms
    group by claim_id, reading_id
),

valued as (
    select
        operands.*,
        case
            when year(operands.period_start) < year(operands.period_end)
                then concat(', ', year(operands.period_start), '-', year(operands.period_end))
            when operands.period_end is not null then concat(', ', year(operands.period_end))
        end as years,
        operands.value * case when units.symbol_fr = '%' then 100 else 1 end as shown_value,
        units.symbol_fr,
        {{ english('units.symbol_fr') }} as symbol_en
    from operands
    left join {{ ref('units') }} as units on operands.unit_id = units.unit_id
),

worded as (
    select
        *,
        concat(
            label_fr,
            years,
            coalesce(' (' || publisher || ')', ''),
            ' : ',
            coalesce({{ french_number('shown_value') }} || coalesce(' ' || symbol_fr, ''), 'absent')
        ) as words_fr,
        concat(
            label_en,
            years,
            coalesce(' (' || publisher_en || ')', ''),
            ': ',
            coalesce({{ with_symbol(english_number('shown_value'), 'symbol_en') }}, 'absent')
        ) as words_en
    from valued
),

described as (
    select
        claim_id,
        reading_id,
        count(*) as n_operands,
        bool_or(is_second_rank) as is_second_rank,
        bool_or(operand_kind = 'observation' and status in ('computed', 'estimated')) as is_derived,
        string_agg(words_fr, ' ; ' order by term, operand) as data_used_fr,
        string_agg(words_en, '; ' order by term, operand) as data_used_en
    from worded
    group by claim_id, reading_id
),

seeded as (
    select
        readings.claim_id,
        readings.reading_id,
        readings.kind,
        readings.reading_fr,
        {{ english('readings.reading_fr') }} as reading_en,
        readings.is_preferred,
        readings.preferred_why_fr,
        {{ english('readings.preferred_why_fr') }} as preferred_why_en,
        readings.formula_fr,
        {{ english('readings.formula_fr') }} as formula_en,
        products.value - case when readings.is_change then 1 else 0 end as value,
        (products.value - case when readings.is_change then 1 else 0 end)
        * case when units.symbol_fr = '%' then 100 else 1 end as shown_value,
        coalesce(readings.unit_id, figures.unit_id) as unit_id,
        units.symbol_fr as unit_symbol_fr,
        {{ english('units.symbol_fr') }} as unit_symbol_en,
        case when products.value is null then readings.missing_fr end as missing_fr,
        case when products.value is null then {{ english('readings.missing_fr') }} end as missing_en,
        described.data_used_fr,
        described.data_used_en,
        coalesce(described.n_operands, 0) as n_operands,
        coalesce(described.is_second_rank, false) as is_second_rank,
        coalesce(described.is_derived, false) as is_derived
    from {{ ref('claim_readings') }} as readings
    left join {{ ref('claims') }} as claims on readings.claim_id = claims.claim_id
    left join {{ ref('mart_key_figures') }} as figures on claims.figure_id = figures.figure_id
    left join {{ ref('units') }} as units on coalesce(readings.unit_id, figures.unit_id) = units.unit_id
    left join products
        on readings.claim_id = products.claim_id and readings.reading_id = products.reading_id
    left join described
        on readings.claim_id = described.claim_id and readings.reading_id = described.reading_id
),

educator as (
    select
        claim_id,
        reading_id,
        'reading' as kind,
        reading_fr,
        reading_en,
        is_preferred,
        preferred_why_fr,
        preferred_why_en,
        'Σ salaire conventionnel / Σ référence, sur les jours retenus' as formula_fr,
        'Σ conventional pay / Σ reference, over the days kept' as formula_en,
        ratio_conventional as value,
        ratio_conventional as shown_value,
        'ratio' as unit_id,
        '×' as unit_symbol_fr,
        '×' as unit_symbol_en,
        case
            when ratio_conventional is null
                then 'Cette garantie mensuelle n’existait pas, ou pas toute l’année.'
        end as missing_fr,
        case
            when ratio_conventional is null
                then 'This monthly guarantee did not exist, or not for the whole year.'
        end as missing_en,
        'Salaire ' || {{ french_number('round(pay_eur, 2)') }} || ' €, référence '
        || {{ french_number('round(reference_eur, 2)') }} || ' €' as data_used_fr,
        'Pay €' || {{ english_number('round(pay_eur, 2)') }} || ', reference €'
        || {{ english_number('round(reference_eur, 2)') }} as data_used_en,
        2 as n_operands,
        is_second_rank,
        false as is_derived
    from {{ ref('mart_educator_ratios') }}
)

select * from seeded
union all
select * from educator
