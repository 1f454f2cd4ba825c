-- Fails for each English population, comparison or note of the published pay without its French.
with wordings as (
    select population as wording from {{ ref('stg_wage_gaps__published_pay') }}
    union
    select comparison as wording from {{ ref('stg_wage_gaps__published_pay') }}
    union
    select note as wording from {{ ref('stg_wage_gaps__published_pay') }}
)

select wordings.wording
from wordings
left join {{ ref('wage_gap_wordings') }} as french on wordings.wording = french.wording
where wordings.wording is not null and french.wording is null
