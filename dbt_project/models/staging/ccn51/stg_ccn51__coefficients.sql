select
    raw.job_id,
    raw.job,
    cast(raw.reference_coefficient as double) as reference_coefficient,
    cast(raw.job_complement as double) as job_complement,
    cast(raw.diploma_complement as double) as diploma_complement,
    cast(raw.functional_premium as double) as functional_premium,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn51__coefficients') }} as raw
