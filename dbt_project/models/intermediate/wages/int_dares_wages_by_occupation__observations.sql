-- Employment is a three-year mean centred on the year: the period of a value is three years.
with employment as (
    select * from {{ ref('stg_dares_wages_by_occupation__employment') }}
)

select
    'employed_persons' as indicator_id,
    'all_employed' as population_id,
    occupation_id,
    'fr_metro' as geography_id,
    make_date(centre_year - 1, 1, 1) as period_start,
    make_date(centre_year + 1, 12, 31) as period_end,
    'multi_year' as frequency,
    cast(employed_thousand * 1000 as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'persons_estimated' as unit_id,
    'published' as status,
    'exact' as qualifier,
    cast(null as varchar) as method_group,
    'unique' as edition,
    1 as edition_rank,
    source_id,
    'employment' as raw_table,
    raw_row,
    'FAP 2009, France métropolitaine (enquête Emploi)' as scope_fr,
    'Dares (Insee, enquête Emploi)' as publisher,
    provenance_id,
    'Moyenne mobile de trois ans centrée : deux valeurs voisines partagent deux années.' as note_fr
from employment
