select
    cast(year as integer) as year,
    occupation_id,
    fap_code,
    label_fr,
    family_code,
    family_label_fr
from {{ source('raw', 'france_travail_bmo__occupation_families') }}
