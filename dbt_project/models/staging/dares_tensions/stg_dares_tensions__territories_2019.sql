select
    cast(year as integer) as year,
    geography_id,
    occupation_id,
    cast(n_employed as integer) as n_employed,
    cast(tension_index as double) as tension_index,
    cast(tension_level as double) as tension_level,
    cast(hiring_intensity as double) as hiring_intensity,
    cast(training_job_link as double) as training_job_link,
    cast(workforce_shortage as double) as workforce_shortage,
    cast(job_instability as double) as job_instability,
    cast(working_conditions as double) as working_conditions,
    cast(geographic_mismatch as double) as geographic_mismatch,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'dares_tensions__territories_2019') }}
