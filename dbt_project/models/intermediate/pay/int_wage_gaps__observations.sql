-- Published pay, and its gap to the private sector computed from the two amounts of the same row.
-- The rows that compare the private sector with itself give no gap. What the raw table says in
-- English is said in French by `wage_gap_wordings`.
with published as (
    select
        pay.*,
        populations.wording_fr as population_fr,
        comparisons.wording_fr as comparison_fr,
        notes.wording_fr as note_fr,
        provenance.evidence
    from {{ ref('stg_wage_gaps__published_pay') }} as pay
    left join
        {{ ref('stg_wage_gaps__provenance') }} as provenance
        on pay.provenance_id = provenance.provenance_id
    left join {{ ref('wage_gap_wordings') }} as populations on pay.population = populations.wording
    left join {{ ref('wage_gap_wordings') }} as comparisons on pay.comparison = comparisons.wording
    left join {{ ref('wage_gap_wordings') }} as notes on pay.note = notes.wording
),

amounts as (
    select
        *,
        pay_eur as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        unit_id as observation_unit_id,
        case when evidence = 'computed' then 'computed' else 'published' end as status
    from published
),

gaps as (
    select
        * replace (
            case
                when indicator_id = 'mean_gross_annual_wage' then 'gross_wage_gap_to_private'
                when statistic = 'median' then 'wage_gap_to_private_median'
                else 'wage_gap_to_private_mean'
            end as indicator_id,
            concat_ws(
                ' ; ',
                concat(
                    'calculé : ',
                    regexp_replace(cast(pay_as_published as varchar), '\.0$', ''),
                    ' / ',
                    regexp_replace(cast(comparison_value as varchar), '\.0$', ''),
                    ' (', comparison_fr, ')'
                ),
                note_fr
            ) as note_fr
        ),
        (pay_eur - comparison_eur) / comparison_eur as value,
        pay_eur - comparison_eur as numerator,
        comparison_eur as denominator,
        'fraction_change' as observation_unit_id,
        'computed' as status
    from published
    where comparison_eur is not null and comparison <> 'itself'
),

unioned as (
    select * from amounts
    union all
    select * from gaps
)

select
    indicator_id,
    population_id,
    occupation_id,
    'fr' as geography_id,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    'annual' as frequency,
    value,
    numerator,
    denominator,
    observation_unit_id as unit_id,
    status,
    'exact' as qualifier,
    cast(null as varchar) as method_group,
    'unique' as edition,
    1 as edition_rank,
    source_id,
    'published_pay' as raw_table,
    cast(raw_row as integer) as raw_row,
    population_fr as scope_fr,
    producer as publisher,
    provenance_id,
    note_fr
from unioned
