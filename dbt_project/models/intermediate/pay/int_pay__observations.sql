-- Pay series in the common observation shape: one observation a published value, dated by the day it
-- takes effect (frequency `point`); annual price series as annual observations.
with dated as (
    select
        'smic_hourly_eur' as indicator_id, 'france_all_employees' as population_id, valid_from, hourly_eur as value,
        'eur_per_hour' as unit_id, 'published' as status, source_id, 'hourly' as raw_table, raw_row, provenance_id,
        legal_reference as note_fr
    from {{ ref('stg_smic__hourly') }}
    union all
    select
        'smic_monthly_eur', 'france_all_employees', valid_from, hourly_eur * 35 * 52 / 12,
        'eur_per_month', 'computed', source_id, 'hourly', raw_row, provenance_id,
        'SMIC horaire × 35 × 52 / 12.'
    from {{ ref('stg_smic__hourly') }}
    union all
    select
        'gmr_monthly_eur', 'firms_35h__' || gmr_id, valid_from, monthly_eur,
        'eur_per_month', 'published', source_id, 'monthly', raw_row, provenance_id, legal_reference
    from {{ ref('stg_gmr__monthly') }}
    union all
    select
        'social_security_ceiling_eur', 'france_all_employees', valid_from, monthly_eur,
        'eur_per_month', 'published', source_id, 'monthly', raw_row, provenance_id, legal_reference
    from {{ ref('stg_social_security_ceiling__monthly') }}
    union all
    select
        'agreement_point_eur',
        case applies_to when 'nexem_members' then 'ccn66__nexem_members' else 'ccn66' end,
        valid_from, point_value_eur,
        'eur_per_point', 'published', source_id, 'points', raw_row, provenance_id, text
    from {{ ref('stg_ccn66__points') }}
    union all
    select
        'agreement_point_eur', 'ccn51', valid_from, point_value_eur,
        'eur_per_point', 'published', source_id, 'points', raw_row, provenance_id, text
    from {{ ref('stg_ccn51__points') }}
    union all
    select
        'agreement_point_eur', 'bad', valid_from, point_value_eur,
        'eur_per_point', 'published', source_id, 'points', raw_row, provenance_id, text
    from {{ ref('stg_bad__points') }}
    where status_id = 'in_force'
    union all
    select
        'agreement_point_eur', 'home_help_before_2003', valid_from, point_value_eur,
        'eur_per_point', 'published', source_id, 'points_before_2003', raw_row, provenance_id, text
    from {{ ref('stg_bad__points_before_2003') }}
    union all
    select
        'civil_service_point_eur', 'civil_servants', valid_from, point_value_eur_per_month,
        'eur_per_month', 'published', source_id, 'index_points', raw_row, provenance_id, point_reference
    from {{ ref('stg_civil_service__index_points') }}
    where valid_from = point_value_since
    union all
    select
        'civil_service_minimum_index', 'civil_servants', valid_from, minimum_index,
        'points', 'published', source_id, 'index_points', raw_row, provenance_id, minimum_reference
    from {{ ref('stg_civil_service__index_points') }}
    where valid_from = minimum_index_since
),

prices as (
    select
        case series_id
            when 'cpi_all_items_index_1998_100' then 'consumer_prices_index_1998'
            when 'cpi_all_items_index_2015_100_chained' then 'consumer_prices_index_2015'
            when 'cpi_ex_tobacco_index_2000_100_insee_bdm_001763852' then 'consumer_prices_ex_tobacco_index_2000'
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
        case when status = 'computed' then 'Indice chaîné à partir des évolutions annuelles de la Banque mondiale.' end
            as note_fr,
        *
    from {{ ref('stg_consumer_prices__annual') }}
),

sources as (
    select source_id, publisher, scope_fr from {{ ref('stg_declared_sources') }}
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
        cast(null as varchar) as method_group,
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
        'france_all_employees' as population_id,
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
