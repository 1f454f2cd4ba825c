-- Members of each contradiction: figures of the documents, and observations of surveys.
with groups as (
    select * from {{ ref('conflict_groups') }}
),

figure_members as (
    select
        conflict_group,
        'figure' as member_kind,
        figure_id as member_id,
        label_fr,
        label_en,
        document_title_fr as said_by_fr,
        document_title_en as said_by_en,
        value,
        value_high,
        unit_id,
        qualifier,
        period_start,
        period_end,
        population as scope_fr,
        member_note_fr,
        member_note_en
    from {{ ref('int_key_figures__harmonised') }}
    where conflict_group is not null
),

observation_members as (
    select
        members.conflict_group,
        'observation' as member_kind,
        concat_ws(
            ':',
            members.source_id,
            members.indicator_id,
            members.population_id,
            members.period_start,
            members.vintage,
            nullif(members.occupation_id, 'all')
        ) as member_id,
        indicators.label_fr,
        indicators.label_en,
        observations.publisher as said_by_fr,
        observations.publisher_en as said_by_en,
        observations.value,
        cast(null as double) as value_high,
        observations.unit as unit_id,
        observations.qualifier,
        members.period_start,
        members.period_end,
        observations.scope_fr,
        members.member_note_fr,
        {{ english('members.member_note_fr') }} as member_note_en
    from {{ ref('observation_conflicts') }} as members
    left join {{ ref('fct_observation') }} as observations
        on
            members.source_id = observations.source_id
            and members.indicator_id = observations.indicator_id
            and members.population_id = observations.population_id
            and members.period_start = observations.period_start
            and members.period_end = observations.period_end
            and members.vintage = observations.vintage
            and members.occupation_id = observations.occupation_id
            and observations.geography_id = 'fr'
    left join {{ ref('dim_indicator') }} as indicators on members.indicator_id = indicators.indicator_id
),

members as (
    select * from figure_members
    union all
    select * from observation_members
)

select
    groups.conflict_group,
    groups.label_fr as conflict_label_fr,
    {{ english('groups.label_fr') }} as conflict_label_en,
    groups.conflict_kind,
    groups.reason_fr as conflict_reason_fr,
    {{ english('groups.reason_fr') }} as conflict_reason_en,
    members.member_kind,
    members.member_id,
    members.label_fr,
    members.label_en,
    members.said_by_fr,
    members.said_by_en,
    members.value,
    members.value_high,
    members.unit_id,
    members.qualifier,
    members.period_start,
    members.period_end,
    members.scope_fr,
    {{ english('members.scope_fr') }} as scope_en,
    members.member_note_fr,
    members.member_note_en
from groups
left join members on groups.conflict_group = members.conflict_group
