select
    cast(year as integer) as year,
    occupation_id,
    fap_code,
    label_fr,
    family_code,
    family_label_fr,
    edition,
    cast(_edition_order as integer) as edition_order
from {{ source('raw', 'france_travail_bmo__occupation_families') }}
