-- An educator's claim without a choice in one of the six dimensions would lose all its readings.
select
    claim_id,
    count(distinct dimension) as n_dimensions
from {{ ref('educator_choices') }}
group by claim_id
having count(distinct dimension) <> 6
