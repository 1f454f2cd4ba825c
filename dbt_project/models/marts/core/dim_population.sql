select
    population_id,
    parent_population_id,
    label_fr,
    label_en,
    scope_note_fr,
    scope_note_en,
    naf_code,
    legal_status,
    employer_group,
    establishment_size
from {{ ref('int_populations__described') }}
