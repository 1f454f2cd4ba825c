select
    occupation_id,
    nomenclature,
    code,
    level,
    label_fr,
    cast(is_social as boolean) as is_social
from {{ ref('occupations') }}
