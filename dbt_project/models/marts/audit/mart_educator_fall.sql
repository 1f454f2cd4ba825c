-- From 2001 to 2023 on averages of the year: how much of the fall is only that the hourly SMIC caught up
-- with the monthly floors that bound in 2001, and what is left in real terms.
with yearly as (
    select * from {{ ref('mart_educator_ratios') }}
    where date_rule = 'year_average'
),

prices as (
    select
        max(price_index_2015) filter (where year(month) = 2001) as index_2001,
        max(price_index_2015) filter (where year(month) = 2023) as index_2023
    from {{ ref('mart_smic') }}
),

paired as (
    select
        floors.pay_convention,
        floors.employer_group,
        floors.scale,
        floors.seniority_years,
        floors.reference_wage as floor_2001,
        hours_35.pay_eur as pay_2001_eur,
        today.pay_eur as pay_2023_eur,
        segur.pay_eur as pay_2023_segur_eur,
        hours_35.reference_eur as smic_35h_2001_eur,
        floors.reference_eur as floor_2001_eur,
        today.reference_eur as smic_2023_eur,
        prices.index_2023 / prices.index_2001 as price_factor
    from yearly as floors
    inner join yearly as hours_35
        on
            floors.claim_id = hours_35.claim_id
            and hours_35.reference_wage = 'smic_35h'
            and floors.pay_convention = hours_35.pay_convention
            and floors.employer_group = hours_35.employer_group
            and floors.scale = hours_35.scale
            and floors.seniority_years = hours_35.seniority_years
    inner join yearly as today
        on
            today.claim_id = 'educator_smic_2023'
            and today.reference_wage = 'smic_35h'
            and floors.pay_convention = today.pay_convention
            and floors.employer_group = today.employer_group
            and floors.scale = today.scale
            and floors.seniority_years = today.seniority_years
    inner join yearly as segur
        on
            segur.claim_id = 'educator_smic_2023_segur'
            and segur.reference_wage = 'smic_35h'
            and floors.pay_convention || '_segur' = segur.pay_convention
            and floors.employer_group = segur.employer_group
            and floors.scale = segur.scale
            and floors.seniority_years = segur.seniority_years
    cross join prices
    where
        floors.claim_id = 'educator_smic_2001'
        and floors.reference_wage <> 'smic_35h'
        and floors.reference_eur is not null
)

select
    pay_convention,
    employer_group,
    scale,
    seniority_years,
    floor_2001,
    pay_2001_eur,
    pay_2023_eur,
    pay_2023_segur_eur,
    smic_35h_2001_eur,
    floor_2001_eur,
    smic_2023_eur,
    pay_2001_eur / smic_35h_2001_eur as ratio_2001_on_35h,
    pay_2001_eur / floor_2001_eur as ratio_2001_on_floor,
    pay_2023_eur / smic_2023_eur as ratio_2023,
    pay_2023_segur_eur / smic_2023_eur as ratio_2023_segur,
    ln(floor_2001_eur / smic_35h_2001_eur)
    / ln((pay_2001_eur / smic_35h_2001_eur) / (pay_2023_eur / smic_2023_eur))
        as share_of_fall_from_convergence,
    price_factor - 1 as price_change,
    pay_2023_eur / pay_2001_eur / price_factor - 1 as real_pay_change,
    pay_2023_segur_eur / pay_2001_eur / price_factor - 1 as real_pay_change_with_segur,
    smic_2023_eur / smic_35h_2001_eur / price_factor - 1 as real_smic_35h_change,
    smic_2023_eur / floor_2001_eur / price_factor - 1 as real_floor_change
from paired
