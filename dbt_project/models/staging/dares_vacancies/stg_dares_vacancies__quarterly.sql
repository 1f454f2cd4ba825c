with source as (
    select * from {{ source('raw', 'dares_vacancies__quarterly') }}
),

dated as (
    select
        *,
        make_date(
            cast(left(quarter, 4) as integer), 3 * cast(right(quarter, 1) as integer) - 2, 1
        ) as period_start
    from source
)

select
    edition,
    quarter,
    period_start,
    cast(period_start + interval 3 month - interval 1 day as date) as period_end,
    field,
    naf_code,
    cast(n_vacant_posts as integer) as n_vacant_posts,
    cast(rate_percent as double) / 100 as rate_vacancy,
    cast(n_vacant_posts_alternative as integer) as n_vacant_posts_alternative,
    cast(rate_percent_alternative as double) / 100 as rate_vacancy_alternative,
    cast(n_source_rows as integer) as n_source_rows,
    cast(_edition_order as integer) as edition_order,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from dated
