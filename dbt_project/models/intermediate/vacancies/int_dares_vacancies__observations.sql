with quarterly as (
    select * from {{ ref('stg_dares_vacancies__quarterly') }}
),

pairs as (
    select * from {{ ref('int_dares_vacancies__vintage_pairs') }}
),

sectors as (
    select * from {{ ref('stg_dares_vacancies__sectors') }}
),

editions as (
    select
        edition,
        {{ dares_edition_rank('edition', 'edition_order') }} as edition_rank,
        quarter,
        period_start,
        period_end,
        field,
        naf_code,
        n_vacant_posts,
        rate_vacancy,
        case
            when edition = '2026-T2'
                then
                    'Recopie intermédiaire d''un fichier de la Dares plus récent que 2025-T4 :'
                    || ' montrée en premier parce que plus récente, à confirmer.'
        end as edition_note_fr,
        provenance_id,
        source_id,
        raw_row
    from quarterly
    where edition <> '2024-T4'

    union all

    select
        '2024-T4' as edition,
        {{ dares_edition_rank("'2024-T4'", 0) }} as edition_rank,
        quarter,
        period_start,
        period_end,
        field,
        naf_code,
        n_vacant_posts,
        rate_vacancy,
        case
            when rule = 'only_value'
                then 'Deux lignes dans le fichier, dont une vide : la valeur de l''autre.'
            when order_confidence = 'established' and n_source_rows = 2
                then
                    'Deux lignes dans le fichier : celle-ci est la plus récente des deux, d''après'
                    || ' l''édition 2025-T4.'
            when order_confidence = 'inferred'
                then
                    'Deux lignes dans le fichier : celle-ci est sans doute la plus récente des'
                    || ' deux (déduit, voir la méthode).'
            when order_confidence = 'unknown' and is_smaller_than_next_revision
                then
                    'Deux lignes dans le fichier : l''ordre des deux millésimes n''est pas établi,'
                    || ' leur écart étant plus petit que la révision suivante.'
            when order_confidence = 'unknown' and rule = 'closest_to_later_edition'
                then
                    'Deux lignes dans le fichier : l''ordre des deux millésimes n''est pas établi ;'
                    || ' celle-ci est la plus proche de l''édition 2025-T4, mais les révisions ne'
                    || ' vont pas toutes dans le même sens.'
            when order_confidence = 'unknown'
                then
                    'Deux lignes dans le fichier : l''ordre des deux millésimes n''est pas établi,'
                    || ' rien ne les départage ; celle-ci est la première.'
        end as edition_note_fr,
        provenance_id,
        source_id,
        raw_row
    from pairs

    union all

    select
        '2024-T4, autre ligne' as edition,
        {{ dares_edition_rank("'2024-T4'", -1) }} as edition_rank,
        quarter,
        period_start,
        period_end,
        field,
        naf_code,
        n_vacant_posts_other as n_vacant_posts,
        rate_vacancy_other as rate_vacancy,
        'Seconde valeur du même fichier pour la même clé (deux millésimes mêlés).'
            as edition_note_fr,
        provenance_id,
        source_id,
        raw_row
    from pairs
    where n_vacant_posts_other is not null
),

indicators as (
    {%- for indicator, column, unit, numerator in [
        ('vacant_posts', 'n_vacant_posts', 'posts', 'null'),
        ('vacancy_rate', 'rate_vacancy', 'fraction', 'n_vacant_posts')
    ] %}
        {%- if not loop.first %}

            union all
        {%- endif %}

        select
            '{{ indicator }}' as indicator_id,
            cast({{ column }} as double) as value,
            cast({{ numerator }} as double) as numerator,
            '{{ unit }}' as unit_id,
            *
        from editions
    {%- endfor %}
)

select
    indicators.indicator_id,
    sectors.population_stem || '__' || indicators.field as population_id,
    'all' as occupation_id,
    'fr' as geography_id,
    indicators.period_start,
    indicators.period_end,
    'quarterly' as frequency,
    indicators.value,
    indicators.numerator,
    cast(null as double) as denominator,
    indicators.unit_id,
    case
        when indicators.value is null then 'missing'
        when replace(left(indicators.edition, 7), 'T', 'Q') = indicators.quarter
            then 'provisional'
        else 'published'
    end as status,
    'exact' as qualifier,
    'raw' as method_group,
    indicators.edition,
    indicators.edition_rank,
    indicators.source_id,
    'quarterly' as raw_table,
    indicators.raw_row,
    concat(
        sectors.label_fr,
        ' | champ: ',
        case indicators.field
            when '10_plus' then 'Plus de 10 salariés' else 'Ensemble'
        end,
        ' | données brutes | France hors Mayotte'
    ) as scope_fr,
    'Dares (Acemo)' as publisher,
    indicators.provenance_id,
    nullif(concat_ws(
        ' ',
        case
            when indicators.value is null and indicators.quarter = '2020-Q1'
                then 'Enquête suspendue au 1er trimestre 2020.'
            when indicators.value is null
                then 'Cellule vide dans le fichier : secret statistique ou résultat non diffusé.'
        end,
        indicators.edition_note_fr
    ), '') as note_fr
from indicators
left join sectors on indicators.naf_code = sectors.naf_code
