select
    occupation_id,
    nomenclature,
    code,
    level,
    label_fr,
    {{ english('label_fr') }} as label_en,
    cast(is_social as boolean) as is_social
from {{ ref('occupations') }}
