-- Fails for each activity and year where the rounded index that was reported is not the recomputed one,
-- and for each division that is not the sum of its sub-classes.
with claims as (
    select
        yearly.*,
        observed.value as recomputed_index,
        substr(yearly.naf_code, 1, 2) as naf_division_code,
        case yearly.naf_level when 'division' then 1 else -1 end as sign
    from {{ ref('stg_ameli_commuting_accidents__yearly_by_naf') }} as yearly
    left join {{ ref('int_ameli_commuting_accidents__observations') }} as observed
        on
            yearly.raw_row = observed.raw_row
            and observed.indicator_id = 'commuting_frequency_index'
),

divisions as (
    select
        naf_division_code,
        year,
        sum(sign * n_accidents_first_payment) as claims_left,
        sum(sign * n_new_permanent_disabilities) as disabilities_left,
        sum(sign * n_deaths) as deaths_left,
        sum(sign * n_days_lost) as days_left
    from claims
    where naf_division_code in ('87', '88')
    group by naf_division_code, year
)

select
    naf_code,
    year,
    'index' as what
from claims
where (abs(recomputed_index - reported_frequency_index) <= 0.05 + 1e-9) is not true
union all
select
    naf_division_code as naf_code,
    year,
    'division' as what
from divisions
where claims_left <> 0 or disabilities_left <> 0 or deaths_left <> 0 or days_left <> 0
