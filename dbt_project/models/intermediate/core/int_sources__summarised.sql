-- One row a source: its declaration and what its tables add up to.
with tables as (
    select
        source_id,
        count(*) as n_tables,
        sum(n_rows) as n_raw_rows,
        max(retrieved_on) as retrieved_on,
        max(bundled_on) as bundled_on,
        min(period_first_on) as declared_first_on,
        max(period_last_on) as declared_last_on
    from {{ ref('stg_declared_tables') }}
    group by source_id
)

select
    sources.*,
    tables.n_tables,
    tables.n_raw_rows,
    tables.retrieved_on,
    tables.bundled_on,
    tables.declared_first_on,
    tables.declared_last_on
from {{ ref('stg_declared_sources') }} as sources
left join tables on sources.source_id = tables.source_id
