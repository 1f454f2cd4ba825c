-- Pay series in the common observation shape: one observation a published value, dated by the day it
-- takes effect (frequency `point`); annual price series as annual observations.
{% set dated_series = [
    {'indicator': 'smic_hourly_eur', 'population': "'france_all_employees'", 'unit': 'eur_per_hour',
     'model': 'stg_smic__hourly', 'table': 'hourly', 'value': 'hourly_eur', 'note': 'legal_reference'},
    {'indicator': 'smic_monthly_eur', 'population': "'france_all_employees'", 'unit': 'eur_per_month',
     'model': 'stg_smic__hourly', 'table': 'hourly', 'value': 'hourly_eur * 35 * 52 / 12',
     'status': 'computed', 'note': "'SMIC horaire × 35 × 52 / 12.'"},
    {'indicator': 'gmr_monthly_eur', 'population': "'firms_35h__' || gmr_id", 'unit': 'eur_per_month',
     'model': 'stg_gmr__monthly', 'table': 'monthly', 'value': 'monthly_eur', 'note': 'legal_reference'},
    {'indicator': 'social_security_ceiling_eur', 'population': "'france_all_employees'",
     'unit': 'eur_per_month', 'model': 'stg_social_security_ceiling__monthly', 'table': 'monthly',
     'value': 'monthly_eur', 'note': 'legal_reference'},
    {'indicator': 'agreement_point_eur', 'unit': 'eur_per_point',
     'population': "case applies_to when 'nexem_members' then 'ccn66__nexem_members' else 'ccn66' end",
     'model': 'stg_ccn66__points', 'table': 'points', 'value': 'point_value_eur', 'note': 'text'},
    {'indicator': 'agreement_point_eur', 'population': "'ccn51'", 'unit': 'eur_per_point',
     'model': 'stg_ccn51__points', 'table': 'points', 'value': 'point_value_eur', 'note': 'text'},
    {'indicator': 'agreement_point_eur', 'population': "'bad'", 'unit': 'eur_per_point',
     'model': 'stg_bad__points', 'table': 'points', 'value': 'point_value_eur', 'note': 'text',
     'where': "status_id = 'in_force'"},
    {'indicator': 'agreement_point_eur', 'population': "'home_help_before_2003'", 'unit': 'eur_per_point',
     'model': 'stg_bad__points_before_2003', 'table': 'points_before_2003', 'value': 'point_value_eur',
     'method_group': 'agreement_of_1983',
     'note': "text || ' ; point d’une autre unité que celui de l’accord de 2002 (5 €) ; coefficients"
             ~ " non trouvés : aucun salaire ne peut en être calculé'"},
    {'indicator': 'civil_service_point_eur', 'population': "'civil_servants'", 'unit': 'eur_per_month',
     'model': 'stg_civil_service__index_points', 'table': 'index_points',
     'value': 'point_value_eur_per_month', 'note': 'point_reference',
     'where': 'valid_from = point_value_since'},
    {'indicator': 'civil_service_minimum_index', 'population': "'civil_servants'", 'unit': 'points',
     'model': 'stg_civil_service__index_points', 'table': 'index_points', 'value': 'minimum_index',
     'note': 'minimum_reference', 'where': 'valid_from = minimum_index_since'},
] %}
with dated as (
    {% for series in dated_series %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ series.indicator }}' as indicator_id,
            {{ series.population }} as population_id,
            valid_from,
            {{ series.value }} as value,
            '{{ series.unit }}' as unit_id,
            '{{ series.status or 'published' }}' as status,
            source_id,
            '{{ series.table }}' as raw_table,
            raw_row,
            provenance_id,
            {% if series.method_group %}'{{ series.method_group }}'{% else %}cast(null as varchar){% endif %}
                as method_group,
            {% if series.note == 'text' %}
                -- What the cataloguing wrote in English where it found no number.
                replace(
                    replace(text, 'text number not found', 'numéro du texte non trouvé'),
                    '(the page excerpt is cut at "4,40")', '(l’extrait de la page s’arrête à « 4,40 »)'
                ) as note_fr
            {% else %}
                {{ series.note }} as note_fr
            {% endif %}
        from {{ ref(series.model) }}
        where {{ series.where or 'true' }}
    {% endfor %}
),

prices as (
    select
        case series_id
            when 'cpi_all_items_index_1998_100' then 'consumer_prices_index_1998'
            when 'cpi_all_items_index_2015_100_chained' then 'consumer_prices_index_2015'
            when
                'cpi_ex_tobacco_index_2000_100_insee_bdm_001763852'
                then 'consumer_prices_ex_tobacco_index_2000'
            else 'consumer_prices_change'
        end as indicator_id,
        case
            when series_id like '%dares%' then 'Dares, arrondi'
            when series_id like '%ex_tobacco%' then 'unique'
            else 'Banque mondiale'
        end as edition,
        case when series_id like '%dares%' then 1 else 2 end as edition_rank,
        case
            when series_id like '%dares%' then 'Dares'
            when series_id like '%ex_tobacco%' then 'Insee'
            else 'Banque mondiale'
        end as publisher,
        case
            when
                status = 'computed'
                then 'Indice chaîné sur les évolutions annuelles de la Banque mondiale.'
        end as note_fr,
        *
    from {{ ref('stg_consumer_prices__annual') }}
),

sources as (
    select
        source_id,
        publisher,
        scope_fr
    from {{ ref('stg_declared_sources') }}
),

unioned as (
    select
        indicator_id,
        population_id,
        valid_from as period_start,
        valid_from as period_end,
        'point' as frequency,
        value,
        unit_id,
        status,
        method_group,
        'unique' as edition,
        1 as edition_rank,
        source_id,
        raw_table,
        raw_row,
        cast(null as varchar) as publisher,
        provenance_id,
        note_fr
    from dated
    union all
    select
        indicator_id,
        'france_consumers' as population_id,
        make_date(year, 1, 1) as period_start,
        make_date(year, 12, 31) as period_end,
        'annual' as frequency,
        value,
        unit_id,
        status,
        cast(null as varchar) as method_group,
        edition,
        edition_rank,
        source_id,
        'annual' as raw_table,
        raw_row,
        publisher,
        provenance_id,
        note_fr
    from prices
)

select
    unioned.indicator_id,
    unioned.population_id,
    'all' as occupation_id,
    'fr' as geography_id,
    unioned.period_start,
    unioned.period_end,
    unioned.frequency,
    unioned.value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    unioned.unit_id,
    unioned.status,
    'exact' as qualifier,
    unioned.method_group,
    unioned.edition,
    cast(unioned.edition_rank as integer) as edition_rank,
    unioned.source_id,
    unioned.raw_table,
    cast(unioned.raw_row as integer) as raw_row,
    sources.scope_fr,
    coalesce(unioned.publisher, sources.publisher) as publisher,
    unioned.provenance_id,
    unioned.note_fr
from unioned
left join sources on unioned.source_id = sources.source_id
