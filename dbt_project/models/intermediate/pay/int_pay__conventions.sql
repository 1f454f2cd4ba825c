-- Pay under each convention that the agreement knows: a convention stands where none of its components
-- is empty. What counts against the minimum wage is the base without its seniority premium, and the
-- sujétion (CCN 66 sets its minimum coefficients so: 373 × 3.82 × 1.0921 = 1 556.09 €, just over the
-- SMIC of 2021); Ségur, CTI, prime décentralisée and supplements never count. Where the counted part
-- lies under the 35-hour SMIC of the month, the employee is paid the SMIC instead of it
-- (“immersion”), and the rest on top.
with components as (
    select * from {{ ref('int_pay__components_unioned') }}
),

smic as (
    select
        month,
        smic_35h_eur
    from {{ ref('int_smic__monthly') }}
),

conventions (pay_convention, has_sujetion, has_segur, has_decentralisee, has_supplements) as (
    values
    ('base', false, false, false, false),
    ('base_sujetion', true, false, false, false),
    ('base_segur', false, true, false, false),
    ('base_sujetion_segur', true, true, false, false),
    ('base_decentralisee', false, false, true, false),
    ('base_decentralisee_segur', false, true, true, false),
    ('base_supplements', false, false, false, true)
),

split as (
    select
        components.*,
        conventions.pay_convention,
        components.base_eur
        + case when conventions.has_sujetion then components.sujetion_eur else 0 end
        + case when conventions.has_segur then components.segur_eur else 0 end
        + case when conventions.has_decentralisee then components.prime_decentralisee_eur else 0 end
        + case when conventions.has_supplements then components.supplements_eur else 0 end as pay_eur,
        components.base_eur - components.seniority_eur
        + case when conventions.has_sujetion then components.sujetion_eur else 0 end as counted_eur
    from components
    cross join conventions
)

select
    split.* exclude (topup_factor),
    greatest(split.counted_eur, smic.smic_35h_eur)
    + (split.pay_eur - split.counted_eur)
    + greatest(smic.smic_35h_eur - split.counted_eur, 0) * (split.topup_factor - 1) as paid_eur,
    split.counted_eur < smic.smic_35h_eur as is_under_smic
from split
left join smic on split.month = smic.month
where split.pay_eur is not null
