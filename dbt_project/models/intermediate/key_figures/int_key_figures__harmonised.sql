-- The figures of the documents in canonical units, with what they contradict and whether they may be
-- drawn. Left joins on keys that are unique: no figure is lost, none is doubled.
select
    figures.figure_id,
    figures.document_id as document,
    documents.title_fr as document_title_fr,
    {{ english('documents.title_fr') }} as document_title_en,
    documents.published_on as document_published_on,
    figures.section,
    figures.text_line,
    figures.family,
    families.label_fr as family_fr,
    {{ english('families.label_fr') }} as family_en,
    figures.measure,
    coalesce(notes.label_fr, figures.label_fr) as label_fr,
    {{ english('coalesce(notes.label_fr, figures.label_fr)') }} as label_en,
    figures.value,
    figures.value_high,
    figures.unit_id,
    figures.stated_value,
    figures.stated_value_high,
    figures.stated_unit_id as stated_unit,
    figures.qualifier,
    figures.period_start,
    figures.period_end,
    figures.base_period,
    figures.population,
    figures.geography,
    figures.cited_source,
    figures.note,
    notes.note_fr,
    {{ english('notes.note_fr') }} as note_en,
    exclusions.figure_id is null as is_chartable,
    exclusions.reason_fr as not_chartable_reason_fr,
    {{ english('exclusions.reason_fr') }} as not_chartable_reason_en,
    members.conflict_group,
    conflict_groups.label_fr as conflict_label_fr,
    {{ english('conflict_groups.label_fr') }} as conflict_label_en,
    conflict_groups.conflict_kind,
    conflict_groups.reason_fr as conflict_reason_fr,
    {{ english('conflict_groups.reason_fr') }} as conflict_reason_en,
    members.member_note_fr,
    {{ english('members.member_note_fr') }} as member_note_en
from {{ ref('stg_white_papers__figures') }} as figures
left join {{ ref('stg_white_papers__documents') }} as documents on figures.document_id = documents.document_id
left join {{ ref('figure_families') }} as families on figures.family = families.family
left join {{ ref('figure_notes') }} as notes on figures.figure_id = notes.figure_id
left join {{ ref('chart_exclusions') }} as exclusions on figures.figure_id = exclusions.figure_id
left join {{ ref('figure_conflicts') }} as members on figures.figure_id = members.figure_id
left join
    {{ ref('conflict_groups') }} as conflict_groups
    on members.conflict_group = conflict_groups.conflict_group
