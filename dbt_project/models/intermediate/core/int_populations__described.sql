-- A population without a scope note of its own is described by the nearest one that contains it.
with recursive climbed as (
    select
        population_id,
        parent_population_id as ancestor_id,
        scope_note_fr as note_fr,
        0 as depth
    from {{ ref('populations') }}

    union all

    select
        climbed.population_id,
        above.parent_population_id as ancestor_id,
        'Partie de « ' || above.label_fr || ' » : ' || above.scope_note_fr as note_fr,
        climbed.depth + 1 as depth
    from climbed
    inner join {{ ref('populations') }} as above on climbed.ancestor_id = above.population_id
    where climbed.note_fr is null and climbed.depth < 10
),

notes as (
    select
        population_id,
        min_by(note_fr, depth) filter (where note_fr is not null) as scope_note_fr
    from climbed
    group by population_id
)

select
    populations.* exclude (scope_note_fr),
    notes.scope_note_fr
from {{ ref('populations') }} as populations
left join notes on populations.population_id = notes.population_id
