select
    raw.job_id,
    raw.category,
    raw.jobs,
    cast(raw.seniority_year as integer) as seniority_year,
    cast(raw.coefficient as double) as coefficient,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.status,
    raw.text,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'bad__coefficients_a_i') }} as raw
