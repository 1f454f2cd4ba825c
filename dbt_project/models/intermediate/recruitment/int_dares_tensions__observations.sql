-- The national index of 2019 stands in both files, equal (a test says so): it is taken once, from
-- the file that has the territories.
with national_index as (
    select * from {{ ref('stg_dares_tensions__national_index') }}
),

territories as (
    select * from {{ ref('stg_dares_tensions__territories_2019') }}
),

long as (
    select
        'tension_index' as indicator_id,
        year,
        'fr' as geography_id,
        occupation_id,
        tension_index as value,
        'index' as unit_id,
        'national_index' as raw_table,
        provenance_id,
        source_id,
        raw_row
    from national_index
    where year < 2019
    {%- for indicator, column, unit in [
        ('employed_persons', 'n_employed', 'persons_estimated'),
        ('tension_index', 'tension_index', 'index'),
        ('tension_level', 'tension_level', 'quintile'),
        ('tension_hiring_intensity', 'hiring_intensity', 'quintile'),
        ('tension_training_job_link', 'training_job_link', 'quintile'),
        ('tension_workforce_shortage', 'workforce_shortage', 'quintile'),
        ('tension_job_instability', 'job_instability', 'quintile'),
        ('tension_working_conditions', 'working_conditions', 'quintile'),
        ('tension_geographic_mismatch', 'geographic_mismatch', 'quintile')
    ] %}

        union all

        select
            '{{ indicator }}' as indicator_id,
            year,
            geography_id,
            occupation_id,
            cast({{ column }} as double) as value,
            '{{ unit }}' as unit_id,
            'territories_2019' as raw_table,
            provenance_id,
            source_id,
            raw_row
        from territories
    {%- endfor %}
)

select
    indicator_id,
    'labour_market' as population_id,
    occupation_id,
    geography_id,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    'annual' as frequency,
    value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    unit_id,
    case when value is null then 'missing' else 'published' end as status,
    case when indicator_id = 'employed_persons' then 'approx' else 'exact' end as qualifier,
    cast(null as varchar) as method_group,
    'unique' as edition,
    1 as edition_rank,
    source_id,
    raw_table,
    raw_row,
    'FAP 2009, tous secteurs d''activité' as scope_fr,
    case indicator_id when 'employed_persons' then 'Dares' else 'Dares - Pôle emploi' end
        as publisher,
    provenance_id,
    case
        when indicator_id = 'employed_persons' and value = 0
            then
                'Emploi moyen arrondi à la centaine : 0 veut dire trop peu pour être compté, non'
                || ' aucun.'
        when indicator_id = 'employed_persons' then 'Emploi moyen arrondi à la centaine.'
        when value is null then 'Cellule vide dans le fichier, sans raison donnée.'
    end as note_fr
from long
