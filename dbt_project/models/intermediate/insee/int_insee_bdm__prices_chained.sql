-- The consumer price index on its old base (2015) after that base has ended: the new one (2025) times
-- a factor, the mean of 2025 on the old base over the mean of 2025 on the new. Both means come from
-- one edition and need all twelve months; without them nothing is chained.
with monthly as (
    select *
    from {{ ref('stg_insee_bdm__series_values') }}
    where frequency = 'monthly' and value is not null
),

old_base as (
    select
        edition,
        avg(value) filter (where year(period_start) = 2025) as mean_2025,
        count(*) filter (where year(period_start) = 2025) as n_months,
        max(period_start) as last_month
    from monthly
    where idbank = '001759970'
    group by edition
),

new_base as (
    select
        edition,
        avg(value) filter (where year(period_start) = 2025) as mean_2025,
        count(*) filter (where year(period_start) = 2025) as n_months
    from monthly
    where idbank = '011814630'
    group by edition
),

factors as (
    select
        old_base.edition,
        old_base.last_month,
        old_base.mean_2025 / new_base.mean_2025 as factor
    from old_base
    inner join new_base on old_base.edition = new_base.edition
    where old_base.n_months = 12 and new_base.n_months = 12 and new_base.mean_2025 > 0
)

select
    monthly.* exclude (value),
    monthly.value * factors.factor as value,
    factors.factor
from monthly
inner join factors on monthly.edition = factors.edition
where monthly.idbank = '011814630' and monthly.period_start > factors.last_month
