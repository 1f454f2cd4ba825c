-- When each edition that observations carry became known here. An edition whose label was made by a
-- model (two vintages that a file mixes, say) is as old as the bundled tables of its source.
with used as (
    select distinct
        source_id,
        edition
    from {{ ref('int_observations__unioned') }}
)

select
    used.source_id,
    used.edition,
    coalesce(declared.available_on, sources.bundled_on, sources.retrieved_on) as available_on,
    coalesce(declared.available_on_basis, 'bundled') as available_on_basis
from used
left join {{ ref('stg_declared_editions') }} as declared
    on used.source_id = declared.source_id and used.edition = declared.edition
left join {{ ref('int_sources__summarised') }} as sources on used.source_id = sources.source_id
