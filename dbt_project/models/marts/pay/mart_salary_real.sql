-- The index is annual, so pay is averaged over the months of the year that have a value. The base year
-- is the last one of the index; mart_price_index leads to any other. The months are added in their
-- order, so that two builds give the same last digit.
with yearly as (
    select
        agreement_id,
        employer_group,
        job_id,
        scale,
        seniority_years,
        cast(year(month) as integer) as year,
        pay_convention,
        cast(count(*) as integer) as n_months,
        avg(pay_eur order by month) as pay_eur,
        avg(paid_eur order by month) as paid_eur
    from {{ ref('int_pay__conventions') }}
    group by all
),

prices as (
    select
        year,
        base_year,
        price_index,
        deflator
    from {{ ref('int_prices__deflators') }}
    where price_series = 'all_items'
    qualify base_year = max(base_year) over ()
)

select
    yearly.agreement_id,
    yearly.employer_group,
    yearly.job_id,
    yearly.scale,
    yearly.seniority_years,
    yearly.year,
    yearly.pay_convention,
    yearly.n_months,
    yearly.pay_eur,
    yearly.paid_eur,
    prices.price_index,
    prices.base_year,
    yearly.pay_eur * prices.deflator as real_pay_eur,
    yearly.paid_eur * prices.deflator as real_paid_eur
from yearly
left join prices on yearly.year = prices.year
