-- Work accidents by activity in the common observation shape: counts as published, rates recomputed
-- with their numerator and denominator, and what only the files by CTN give.
{%- set yearly_counts = [
    ('n_employees', 'at_employees', 'persons'),
    ('n_accidents_first_payment', 'at_accidents', 'accidents'),
    ('n_new_permanent_disabilities', 'at_new_permanent_disabilities', 'permanent_disabilities'),
    ('n_deaths', 'at_deaths', 'deaths'),
    ('n_days_lost', 'at_days_lost', 'days')
] -%}
{%- set rates = [
    ('at_frequency_index', 'per_thousand_employees', 'n_accidents_first_payment', 'n_employees', 1000),
    ('at_frequency_rate', 'per_million_hours', 'n_accidents_first_payment', 'n_hours_worked', 1000000),
    ('at_severity_rate', 'days_per_thousand_hours', 'n_days_lost', 'n_hours_worked', 1000),
    ('at_days_per_accident', 'days_per_accident', 'n_days_lost', 'n_accidents_first_payment', 1)
] -%}
{%- set ctn_counts = [
    ('n_hours_worked', 'at_hours', 'hours'),
    ('n_establishments', 'at_establishments', 'establishments'),
    ('n_accidents_4_days', 'at_accidents_4_days', 'accidents'),
    ('n_new_permanent_disabilities_under_10', 'at_new_permanent_disabilities_under_10', 'permanent_disabilities'),
    ('n_new_permanent_disabilities_10_and_over', 'at_new_permanent_disabilities_10_and_over', 'permanent_disabilities'),
    ('sum_disability_rates_under_10', 'at_sum_disability_rates_under_10', 'disability_points'),
    ('sum_disability_rates', 'at_sum_disability_rates', 'disability_points'),
    ('n_cause_known', 'at_accidents_cause_known', 'accidents')
] -%}
{%- set causes = [
    'hand_tools', 'same_level_falls', 'manual_handling', 'machines', 'falls_from_height', 'physical',
    'road', 'assaults', 'other', 'chemical', 'mechanical_handling', 'other_vehicles'
] -%}
{%- for cause in causes -%}
    {%- do ctn_counts.append(('n_cause_' ~ cause, 'at_accidents_cause_' ~ cause, 'accidents')) -%}
{%- endfor %}
with by_naf as (
    select * from {{ ref('int_ameli_work_accidents__by_naf') }}
),

ctn as (
    select * from {{ ref('int_ameli_work_accidents__ctn_summed') }}
),

measured as (
    {% for column, indicator_id, unit_id in yearly_counts %}
        select
            '{{ indicator_id }}' as indicator_id,
            population_id,
            naf_level,
            year,
            edition,
            edition_order,
            cast({{ column }} as double) as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            '{{ unit_id }}' as unit_id,
            case
                when naf_level in ('division', 'sum_of_sheets') then 'computed'
                when naf_level = 'sub_class' and starts_with(edition, 'fichier CTN') then 'computed'
                else 'published'
            end as status,
            raw_table,
            raw_row,
            provenance_id,
            case
                when naf_level = 'sub_class' and starts_with(edition, 'fichier CTN')
                    then 'Somme sur les comités techniques nationaux (CTN).'
                when naf_level = 'division' then 'Somme des sous-classes de la NAF.'
                when naf_level = 'sum_of_sheets'
                    then 'Somme des fiches par NAF : couverture partielle, pas le total officiel.'
            end as note_fr
        from by_naf
        union all
    {% endfor %}
    -- Hours stand in the files by CTN only: a rate without its denominator is left out, not set to 0.
    {% for indicator_id, unit_id, numerator, denominator, factor in rates %}
        select
            '{{ indicator_id }}' as indicator_id,
            population_id,
            naf_level,
            year,
            edition,
            edition_order,
            {{ rate_per('cast(' ~ numerator ~ ' as double)', 'cast(' ~ denominator ~ ' as double)', factor) }}
                as value,
            cast({{ numerator }} as double) as numerator,
            cast({{ denominator }} as double) as denominator,
            '{{ unit_id }}' as unit_id,
            case when {{ denominator }} > 0 then 'computed' else 'missing' end as status,
            raw_table,
            raw_row,
            provenance_id,
            'Recalculé à partir des nombres.' as note_fr
        from by_naf
        where {{ denominator }} is not null
        union all
    {% endfor %}
    {% for column, indicator_id, unit_id in ctn_counts %}
        select
            '{{ indicator_id }}' as indicator_id,
            {{ general_scheme_population('naf_code') }} as population_id,
            naf_level,
            year,
            edition,
            edition_order,
            cast({{ column }} as double) as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            '{{ unit_id }}' as unit_id,
            'computed' as status,
            'ctn_naf' as raw_table,
            raw_row,
            provenance_id,
            {% if indicator_id == 'at_establishments' %}
                'Somme sur les CTN : un établissement peut y compter plusieurs fois.' as note_fr
            {% elif '_cause_' in indicator_id %}
                'Somme sur les CTN ; les causes ne sont connues que pour une partie des accidents.' as note_fr
            {% else %}
                'Somme sur les comités techniques nationaux (CTN).' as note_fr
            {% endif %}
        from ctn
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    indicator_id,
    population_id,
    'all' as occupation_id,
    'fr' as geography_id,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    'annual' as frequency,
    value,
    numerator,
    denominator,
    unit_id,
    status,
    'exact' as qualifier,
    cast(null as varchar) as method_group,
    edition,
    2 + edition_order as edition_rank,
    'ameli_work_accidents' as source_id,
    raw_table,
    raw_row,
    'France (régime général, 9 CTN)' as scope_fr,
    'Assurance Maladie - Risques professionnels' as publisher,
    provenance_id,
    note_fr
from measured
