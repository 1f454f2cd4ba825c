select
    cast(year as integer) as year,
    geography_id,
    occupation_id,
    cast(n_projects as integer) as n_projects,
    cast(n_difficult as double) as n_difficult,
    cast(n_seasonal as double) as n_seasonal,
    cast(n_masked_projects as integer) as n_masked_projects,
    cast(n_masked_difficult as integer) as n_masked_difficult,
    cast(n_masked_seasonal as integer) as n_masked_seasonal,
    cast(share_difficult_percent as double) / 100 as share_difficult,
    cast(share_difficult_paired_percent as double) / 100 as share_difficult_paired,
    edition,
    cast(_edition_order as integer) as edition_order,
    provenance_id,
    _source_id as source_id,
    _row_number as raw_row
from {{ source('raw', 'france_travail_bmo__hiring_projects') }}
