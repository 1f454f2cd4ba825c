{#- What the three tables of the Assurance Maladie (accidents, diseases, commuting) share. -#}

{#- Population of a NAF code in the general scheme; `ENS` is the official total of all sectors,
    `ENS_sommefiches` the sum of the sheets, which is another population. -#}
{% macro general_scheme_population(naf_code) -%}
    case {{ naf_code }}
        when 'ENS' then 'all_sectors__general_scheme'
        when 'ENS_sommefiches' then 'all_sectors__general_scheme_naf_sheets'
        else 'naf_' || lower({{ naf_code }}) || '__general_scheme'
    end
{%- endmacro %}

{#- Rate per `factor`; null where the denominator is missing or zero, never 0. -#}
{% macro rate_per(numerator, denominator, factor) -%}
    case when {{ denominator }} > 0 then {{ numerator }} / {{ denominator }} * {{ factor }} end
{%- endmacro %}

{#- Observations of a yearly table by NAF (diseases or commuting accidents): the counts, and the
    frequency index over the employees of the work accidents of the same activity and year. -#}
{% macro yearly_claims_observations(source_id, prefix, claims_indicator, claims_unit='accidents') -%}
    {%- set counts = [
        ('n_accidents_first_payment', claims_indicator, claims_unit),
        ('n_new_permanent_disabilities', prefix ~ '_new_permanent_disabilities', 'permanent_disabilities'),
        ('n_deaths', prefix ~ '_deaths', 'deaths'),
        ('n_days_lost', prefix ~ '_days_lost', 'days')
    ] -%}
with claims as (
    select * from {{ ref('stg_' ~ source_id ~ '__yearly_by_naf') }}
),

-- The latest edition of the work accidents of the year.
employees as (
    select naf_code, year, max_by(n_employees, edition_order) as n_employees
    from {{ ref('int_ameli_work_accidents__by_naf') }}
    group by naf_code, year
),

measured as (
    {% for column, indicator_id, unit_id in counts %}
    select
        naf_code,
        naf_level,
        year,
        edition,
        edition_order,
        '{{ indicator_id }}' as indicator_id,
        '{{ unit_id }}' as unit_id,
        cast({{ column }} as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case
            when naf_level = 'division' or starts_with(edition, 'fichier CTN') then 'computed'
            else 'published'
        end as status,
        raw_row,
        provenance_id
    from claims
    union all
    {% endfor %}
    select
        claims.naf_code,
        claims.naf_level,
        claims.year,
        claims.edition,
        claims.edition_order,
        '{{ prefix }}_frequency_index' as indicator_id,
        'per_thousand_employees' as unit_id,
        {{ rate_per(
            'cast(claims.n_accidents_first_payment as double)', 'cast(employees.n_employees as double)', 1000
        ) }} as value,
        cast(claims.n_accidents_first_payment as double) as numerator,
        cast(employees.n_employees as double) as denominator,
        case when employees.n_employees > 0 then 'computed' else 'missing' end as status,
        claims.raw_row,
        claims.provenance_id
    from claims
    left join employees on claims.naf_code = employees.naf_code and claims.year = employees.year
)

select
    indicator_id,
    {{ general_scheme_population('naf_code') }} as population_id,
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
    '{{ source_id }}' as source_id,
    'yearly_by_naf' as raw_table,
    raw_row,
    'France (régime général, 9 CTN)' as scope_fr,
    'Assurance Maladie - Risques professionnels' as publisher,
    provenance_id,
    case
        when unit_id = 'per_thousand_employees'
            then 'Recalculé : sinistres / salariés (accidents du travail, même activité, même année) × 1 000.'
        when naf_level = 'division' then 'Somme des sous-classes de la NAF.'
        when starts_with(edition, 'fichier CTN') then 'Somme sur les comités techniques nationaux (CTN).'
    end as note_fr
from measured
{%- endmacro %}

{#- Rows where the rounded index that was reported is not the recomputed one, and divisions that are
    not the sum of their sub-classes. -#}
{% macro yearly_claims_disagreements(source_id, prefix) -%}
with claims as (
    select
        yearly.*,
        observed.value as recomputed_index,
        substr(yearly.naf_code, 1, 2) as naf_division_code,
        case yearly.naf_level when 'division' then 1 else -1 end as sign
    from {{ ref('stg_' ~ source_id ~ '__yearly_by_naf') }} as yearly
    left join {{ ref('int_' ~ source_id ~ '__observations') }} as observed
        on
            yearly.raw_row = observed.raw_row
            and observed.indicator_id = '{{ prefix }}_frequency_index'
),

divisions as (
    select
        naf_division_code,
        year,
        edition,
        sum(sign * n_accidents_first_payment) as claims_left,
        sum(sign * n_new_permanent_disabilities) as disabilities_left,
        sum(sign * n_deaths) as deaths_left,
        sum(sign * n_days_lost) as days_left
    from claims
    where naf_division_code in ('87', '88')
    group by naf_division_code, year, edition
)

select
    naf_code,
    year,
    'index' as what
from claims
where
    reported_frequency_index is not null
    and (abs(recomputed_index - reported_frequency_index) <= 0.05 + 1e-9) is not true
union all
select
    naf_division_code as naf_code,
    year,
    'division' as what
from divisions
where claims_left <> 0 or disabilities_left <> 0 or deaths_left <> 0 or days_left <> 0
{%- endmacro %}
