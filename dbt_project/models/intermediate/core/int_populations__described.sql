-- A population without a scope note of its own is described by the nearest one that contains it.
with recursive texts as (
    select
        *,
        {{ english('label_fr') }} as label_en,
        {{ english('scope_note_fr') }} as scope_note_en
    from {{ ref('populations') }}
),

climbed as (
    select
        population_id,
        parent_population_id as ancestor_id,
        scope_note_fr as note_fr,
        scope_note_en as note_en,
        0 as depth
    from texts

    union all

    select
        climbed.population_id,
        above.parent_population_id as ancestor_id,
        'Partie de « ' || above.label_fr || ' » : ' || above.scope_note_fr as note_fr,
        'Part of “' || above.label_en || '”: ' || above.scope_note_en as note_en,
        climbed.depth + 1 as depth
    from climbed
    inner join texts as above on climbed.ancestor_id = above.population_id
    where climbed.note_fr is null and climbed.depth < 10
),

notes as (
    select
        population_id,
        min_by(note_fr, depth) filter (where note_fr is not null) as scope_note_fr,
        min_by(note_en, depth) filter (where note_fr is not null) as scope_note_en
    from climbed
    group by population_id
)

select
    texts.* exclude (scope_note_fr, scope_note_en),
    notes.scope_note_fr,
    notes.scope_note_en
from texts
left join notes on texts.population_id = notes.population_id
