with guarantees as (
    select
        month,
        max(reference_eur) filter (where reference_wage = 'gmr1') as gmr1_eur,
        max(reference_eur) filter (where reference_wage = 'gmr2') as gmr2_eur,
        max(reference_eur) filter (where reference_wage = 'gmr3') as gmr3_eur,
        max(reference_eur) filter (where reference_wage = 'gmr4') as gmr4_eur,
        max(reference_eur) filter (where reference_wage = 'gmr5') as gmr5_eur
    from {{ ref('int_reference_wages__monthly') }}
    group by month
)

select
    smic.month,
    smic.smic_valid_from_on,
    smic.smic_hourly_eur,
    smic.smic_35h_eur,
    smic.legal_month_hours,
    smic.smic_legal_hours_eur,
    guarantees.gmr1_eur,
    guarantees.gmr2_eur,
    guarantees.gmr3_eur,
    guarantees.gmr4_eur,
    guarantees.gmr5_eur,
    ceilings.ceiling_eur,
    prices.index_1998 as price_index_1998,
    prices.index_2015 as price_index_2015,
    prices.annual_change as price_change
from {{ ref('int_smic__monthly') }} as smic
left join guarantees on smic.month = guarantees.month
left join {{ ref('int_ceiling__monthly') }} as ceilings on smic.month = ceilings.month
left join {{ ref('int_consumer_prices__annual') }} as prices on year(smic.month) = prices.year
