-- Pay under four conventions. What counts against the minimum wage is the base and the sujétion
-- (the agreement sets its minimum coefficients so: 373 × 3.82 × 1.0921 = 1 556.09 €, just over the
-- SMIC of 2021); Ségur never counts. Where the counted part lies under the 35-hour SMIC of the month,
-- the employee is paid the SMIC instead of it ("immersion"), and Ségur on top.
with components as (
    select * from {{ ref('int_pay__components_unioned') }}
),

smic as (
    select
        month,
        smic_35h_eur
    from {{ ref('int_smic__monthly') }}
),

conventions (pay_convention, has_sujetion, has_segur) as (
    values
    ('base', 0, 0),
    ('base_sujetion', 1, 0),
    ('base_segur', 0, 1),
    ('base_sujetion_segur', 1, 1)
),

split as (
    select
        components.*,
        conventions.pay_convention,
        components.base_eur + case when conventions.has_sujetion = 1 then components.sujetion_eur else 0 end
            as counted_eur,
        case when conventions.has_segur = 1 then components.segur_eur else 0 end as uncounted_eur
    from components
    cross join conventions
)

select
    split.* exclude (counted_eur, uncounted_eur),
    split.counted_eur + split.uncounted_eur as pay_eur,
    greatest(split.counted_eur, smic.smic_35h_eur) + split.uncounted_eur as paid_eur,
    split.counted_eur < smic.smic_35h_eur as is_under_smic
from split
left join smic on split.month = smic.month
