select
    population_id,
    parent_population_id,
    label_fr,
    scope_note_fr,
    naf_code,
    legal_status,
    employer_group,
    establishment_size
from {{ ref('int_populations__described') }}
