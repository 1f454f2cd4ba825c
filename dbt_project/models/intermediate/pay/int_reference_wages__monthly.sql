-- What pay is compared with. A guarantee (GMR) exists only between its first and its last day.
with months as (
    select * from {{ ref('int_smic__monthly') }}
),

guarantees as (
    select
        gmr_id,
        valid_from,
        lead(valid_from) over (partition by gmr_id order by valid_from) as next_valid_from,
        monthly_eur
    from {{ ref('stg_gmr__monthly') }}
),

bounds as (
    select * from {{ ref('reference_wages') }}
)

select
    'smic_35h' as reference_wage,
    month,
    smic_35h_eur as reference_eur
from months
union all
select
    'smic_legal_hours' as reference_wage,
    month,
    smic_legal_hours_eur as reference_eur
from months
union all
select
    bounds.reference_wage,
    months.month,
    guarantees.monthly_eur as reference_eur
from bounds
inner join months on months.month between bounds.first_on and bounds.last_on
left join guarantees
    on
        bounds.reference_wage = guarantees.gmr_id
        and months.month >= guarantees.valid_from
        and (guarantees.next_valid_from is null or months.month < guarantees.next_valid_from)
