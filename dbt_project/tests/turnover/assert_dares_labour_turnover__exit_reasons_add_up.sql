-- The reasons of exit of an occupation make up all exits, at the rounding of seven shares.
select
    occupation_id,
    sum(share_of_exits) as sum_of_shares
from {{ ref('stg_dares_labour_turnover__exit_reasons') }}
group by occupation_id
having abs(sum(share_of_exits) - 1) > 0.000351 or count(*) <> 7
