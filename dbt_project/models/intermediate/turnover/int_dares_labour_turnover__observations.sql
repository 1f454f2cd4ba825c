with rates as (
    select * from {{ ref('int_dares_labour_turnover__rates') }}
),

reasons as (
    select * from {{ ref('stg_dares_labour_turnover__exit_reasons') }}
),

long as (
    {%- for indicator, column, provenance in [
        ('entry_rate', 'rate_entry', 'provenance_id'),
        ('exit_rate', 'rate_exit', 'provenance_id'),
        ('rotation_rate', 'rate_rotation', 'provenance_id'),
        ('fixed_term_share_of_hires', 'share_fixed_term', 'fixed_term_provenance_id')
    ] %}
        {%- if not loop.first %}

            union all
        {%- endif %}

        select
            '{{ indicator }}' as indicator_id,
            occupation_id,
            make_date(year, 1, 1) as period_start,
            make_date(year, 12, 31) as period_end,
            'annual' as frequency,
            {{ column }} as value,
            {{ provenance }},
            'turnover' as raw_table,
            source_id,
            raw_row,
            cast(null as varchar) as note_fr
        from rates
    {%- endfor %}

    union all

    select
        'share_of_exits_' || reason as indicator_id,
        occupation_id,
        cast(null as date) as period_start,
        cast(null as date) as period_end,
        'undated' as frequency,
        share_of_exits as value,
        provenance_id,
        'exit_reasons' as raw_table,
        source_id,
        raw_row,
        'Période non précisée dans le fichier.' as note_fr
    from reasons
)

select
    indicator_id,
    'dmmo_emmo_establishments' as population_id,
    occupation_id,
    'fr' as geography_id,
    period_start,
    period_end,
    frequency,
    value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'fraction' as unit_id,
    'published' as status,
    'exact' as qualifier,
    cast(null as varchar) as method_group,
    'unique' as edition,
    1 as edition_rank,
    source_id,
    raw_table,
    raw_row,
    'champ DMMO-EMMO, à confirmer' as scope_fr,
    'Dares' as publisher,
    provenance_id,
    note_fr
from long
