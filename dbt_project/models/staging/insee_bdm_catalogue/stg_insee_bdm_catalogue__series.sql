select
    idbank,
    topic,
    dataset,
    series_key,
    label_fr,
    provenance_id
from {{ source('raw', 'insee_bdm_catalogue__series') }}
