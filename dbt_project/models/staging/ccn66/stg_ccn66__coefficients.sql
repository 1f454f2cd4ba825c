select
    raw.job_id,
    raw.job,
    raw.annex,
    cast(raw.seniority_years_from as integer) as seniority_years_from,
    cast(raw.coefficient_day as double) as coefficient_day,
    cast(raw.coefficient_boarding as double) as coefficient_boarding,
    cast(raw.valid_from as date) as valid_from,
    cast(raw.valid_to as date) as valid_to,
    raw.provenance_id,
    raw.note,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'ccn66__coefficients') }} as raw
