select
    raw.document_id,
    raw.title_fr,
    raw.publisher,
    cast(raw.published_on as date) as published_on,
    raw.published_precision,
    raw.note_fr,
    raw._source_id as source_id,
    raw._row_number as raw_row,
    cast(raw._vintage as date) as vintage
from {{ source('raw', 'white_papers__documents') }} as raw
