select
    raw.job_id,
    raw.stream,
    raw.category,
    raw.degree,
    raw.step,
    cast(raw.coefficient as double) as coefficient,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.jobs,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'bad__coefficients_avenant43') }} as raw
