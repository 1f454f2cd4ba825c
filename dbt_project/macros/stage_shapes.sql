{#- The two table shapes that many sources share are staged in one place. -#}

{#- Columns of the common observation shape, in order. -#}
{% macro observation_columns() -%}
    {{ return([
        'indicator_id', 'population_id', 'occupation_id', 'geography_id',
        'period_start', 'period_end', 'frequency',
        'value', 'numerator', 'denominator', 'unit_id', 'status', 'qualifier',
        'method_group', 'edition', 'edition_rank',
        'source_id', 'raw_table', 'raw_row',
        'scope_fr', 'publisher', 'provenance_id', 'note_fr'
    ]) }}
{%- endmacro %}

{#- Casts a raw table of the shape `observations` and brings its values to canonical units
    (percent to fractions); the values are not rounded. -#}
{% macro stage_observations(source_id, table='observations') -%}
    select
        raw.indicator_id,
        raw.population_id,
        raw.occupation_id,
        raw.geography_id,
        cast(raw.period_start as date) as period_start,
        cast(raw.period_end as date) as period_end,
        raw.frequency,
        cast(raw.value as double) / cast(units.divisor as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        units.canonical_unit_id as unit_id,
        raw.status,
        raw.qualifier,
        raw.method_group,
        raw.edition,
        cast(raw.edition_rank as integer) as edition_rank,
        raw._source_id as source_id,
        '{{ table }}' as raw_table,
        raw._row_number as raw_row,
        raw.scope_fr,
        raw.publisher,
        raw.provenance_id,
        raw.note_fr
    from {{ source('raw', source_id ~ '__' ~ table) }} as raw
    left join {{ ref('units') }} as units on raw.unit_id = units.unit_id
{%- endmacro %}

{% macro stage_provenance(source_id) -%}
    select
        _source_id as source_id,
        provenance_id,
        reference,
        url,
        evidence,
        evidence in ('press', 'secondary_page', 'address_not_kept', 'computed') as is_second_rank,
        note_fr
    from {{ source('raw', source_id ~ '__provenance') }}
{%- endmacro %}
