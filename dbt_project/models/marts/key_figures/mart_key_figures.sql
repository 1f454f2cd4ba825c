select * from {{ ref('int_key_figures__harmonised') }}
