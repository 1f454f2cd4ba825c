{%- set counts = [
    ('hiring_projects', 'n_projects', 'n_masked_projects'),
    ('difficult_hiring_projects', 'n_difficult', 'n_masked_difficult'),
    ('seasonal_hiring_projects', 'n_seasonal', 'n_masked_seasonal')
] -%}

{#- The base of 2024 ranks with Brittany the part of the area of Redon that lies in Loire-Atlantique. -#}
{%- set redon -%}
case
                    when
                        year = 2024 and occupation_id = 'fap2021_t2b60'
                        and geography_id in ('fr_r52', 'fr_r53', 'fr_be2024_5313')
                        then
                            'La cellule du bassin de Redon située en Loire-Atlantique (6 projets) est'
                            || ' rangée en Bretagne par la base ; ici elle suit son département.'
                end
{%- endset -%}

with projects as (
    select * from {{ ref('int_france_travail_bmo__projects') }}
),

areas as (
    select * from {{ ref('int_france_travail_bmo__areas') }}
),

long as (
    {%- for indicator, column, masked in counts %}
        {%- if not loop.first %}

            union all
        {%- endif %}

        select
            '{{ indicator }}' as indicator_id,
            edition,
            edition_order,
            year,
            geography_id,
            occupation_id,
            cast({{ column }} as double) as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            'projects' as unit_id,
            case when {{ column }} is null then 'secret' else 'computed' end as status,
            case
                when {{ column }} is not null and {{ masked }} > 0 then 'more_than' else 'exact'
            end as qualifier,
            concat_ws(
                ' ',
                case
                    when n_departments is null then 'Somme de bassins d''emploi.'
                    else concat('Somme de ', n_departments, ' département(s).')
                end,
                case
                    when {{ masked }} is null and year >= 2017
                        then 'Cellules masquées comptées 0 par l''auteur de la somme, en nombre non dit.'
                    when {{ column }} is null
                        then concat('Secret : ', {{ masked }}, ' cellule(s), toutes masquées.')
                    when {{ masked }} > 0
                        then concat(
                            'Borne basse : ', {{ masked }}, ' cellule(s) masquée(s) non comptée(s).'
                        )
                end,
                {{ redon }}
            ) as note_fr,
            raw_table,
            provenance_id,
            source_id,
            raw_row
        from projects
    {%- endfor %}

    union all

    select
        'share_difficult_hiring_projects' as indicator_id,
        edition,
        edition_order,
        year,
        geography_id,
        occupation_id,
        share_difficult as value,
        n_difficult as numerator,
        n_projects as denominator,
        'fraction' as unit_id,
        case when share_difficult is null then 'secret' else 'computed' end as status,
        case
            when
                share_difficult is null or coalesce(n_masked_projects + n_masked_difficult, 0) = 0
                then 'exact'
            when n_masked_projects = 0 then 'more_than'  -- all projects, some difficult ones unknown
            else 'approx'
        end as qualifier,
        case
            when share_difficult is null
                then 'Secret : toutes les cellules de projets ou de projets difficiles sont masquées.'
            when n_masked_projects + n_masked_difficult > 0
                then concat(
                    'Somme / somme, sans ', n_masked_projects, ' cellule(s) masquée(s) de projets',
                    ' et ', n_masked_difficult, ' de projets difficiles : plutôt sous-estimée.'
                )
            else 'Somme / somme.'
        end as note_fr,
        raw_table,
        provenance_id,
        source_id,
        raw_row
    from projects

    union all

    select
        'share_difficult_hiring_projects_paired' as indicator_id,
        edition,
        edition_order,
        year,
        geography_id,
        occupation_id,
        share_difficult_paired as value,
        cast(n_difficult_paired as double) as numerator,
        cast(n_projects_paired as double) as denominator,
        'fraction' as unit_id,
        'computed' as status,
        'exact' as qualifier,
        case
            when n_projects_paired is null
                then
                    'Bassins où projets et projets difficiles sont tous deux diffusés ;'
                    || ' arrondie au millième.'
            else
                'Bassins où projets et projets difficiles sont tous deux diffusés ; somme / somme.'
        end as note_fr,
        raw_table,
        provenance_id,
        source_id,
        raw_row
    from projects
    where share_difficult_paired is not null
    {%- for indicator, column, masked in counts %}

        union all

        select
            '{{ indicator }}' as indicator_id,
            edition,
            edition_order,
            year,
            geography_id,
            occupation_id,
            cast({{ column }} as double) as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            'projects' as unit_id,
            case
                when {{ column }} is null then 'secret'
                when n_parts > 1 then 'computed'
                else 'published'
            end as status,
            case
                when {{ column }} is not null and {{ masked }} > 0 then 'more_than' else 'exact'
            end as qualifier,
            nullif(concat_ws(
                ' ',
                case
                    when {{ column }} is null then 'Secret statistique (« * »).'
                    when n_parts > 1 and {{ masked }} > 0
                        then concat(
                            'Borne basse : somme de ', n_parts, ' parties de département, dont ',
                            {{ masked }}, ' masquée(s).'
                        )
                    when n_parts > 1 then concat('Somme de ', n_parts, ' parties de département.')
                end,
                {{ redon }}
            ), '') as note_fr,
            'hiring_projects_by_employment_area' as raw_table,
            provenance_id,
            source_id,
            raw_row
        from areas
    {%- endfor %}

    union all

    select
        'share_difficult_hiring_projects' as indicator_id,
        edition,
        edition_order,
        year,
        geography_id,
        occupation_id,
        case
            when n_masked_projects + n_masked_difficult = 0 then n_difficult / nullif(n_projects, 0)
        end as value,
        case when n_masked_projects + n_masked_difficult = 0 then n_difficult end as numerator,
        case when n_masked_projects + n_masked_difficult = 0 then n_projects end as denominator,
        'fraction' as unit_id,
        case
            when n_masked_projects + n_masked_difficult = 0 then 'computed' else 'secret'
        end as status,
        'exact' as qualifier,
        case
            when n_masked_projects + n_masked_difficult = 0 then 'Projets difficiles / projets.'
            else 'Une des deux valeurs est masquée (« * »).'
        end as note_fr,
        'hiring_projects_by_employment_area' as raw_table,
        provenance_id,
        source_id,
        raw_row
    from areas
)

select
    indicator_id,
    'bmo_employers' as population_id,
    occupation_id,
    geography_id,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    'annual' as frequency,
    value,
    numerator,
    denominator,
    unit_id,
    status,
    qualifier,
    'area_sums' as method_group,
    edition,
    10 + edition_order as edition_rank,
    source_id,
    raw_table,
    raw_row,
    'Établissements du champ de l''enquête BMO, tous secteurs' as scope_fr,
    case when year < 2019 then 'Pôle emploi / Crédoc' else 'Pôle emploi - France Travail / Crédoc' end
        as publisher,
    provenance_id,
    note_fr
from long
