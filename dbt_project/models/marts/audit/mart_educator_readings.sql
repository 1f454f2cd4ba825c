-- One combination of choices, held to the three numbers of the release of 24 October 2023. A monthly
-- guarantee of 2001 has become the SMIC by 2023 (they met on 1 July 2005).
with ratios as (
    select
        educator.*,
        {{ rounds_to('educator.ratio_conventional', 'figures.stated_value', 'claims.stated_decimals') }}
            as is_match
    from {{ ref('mart_educator_ratios') }} as educator
    left join {{ ref('claims') }} as claims on educator.claim_id = claims.claim_id
    left join {{ ref('mart_key_figures') }} as figures on claims.figure_id = figures.figure_id
)

select
    before.pay_convention,
    before.reference_wage,
    before.employer_group,
    before.scale,
    before.seniority_years,
    before.date_rule as date_rule_2001,
    today.date_rule as date_rule_2023,
    before.ratio_conventional as ratio_2001,
    today.ratio_conventional as ratio_2023,
    segur.ratio_conventional as ratio_2023_segur,
    coalesce(before.is_match, false) as is_match_2001,
    coalesce(today.is_match, false) as is_match_2023,
    coalesce(segur.is_match, false) as is_match_2023_segur,
    coalesce(before.is_match and today.is_match and segur.is_match, false) as is_all_three,
    before.is_preferred and today.is_preferred and segur.is_preferred as is_natural,
    case
        when before.is_preferred and today.is_preferred and segur.is_preferred
            then '2001 : ' || before.preferred_why_fr || '. 2023 : ' || today.preferred_why_fr || '.'
    end as natural_why_fr,
    case
        when before.is_preferred and today.is_preferred and segur.is_preferred
            then '2001: ' || before.preferred_why_en || '. 2023: ' || today.preferred_why_en || '.'
    end as natural_why_en
from ratios as before
inner join ratios as today
    on
        today.claim_id = 'educator_smic_2023'
        and before.pay_convention = today.pay_convention
        and case when before.reference_wage like 'gmr%' then 'smic_35h' else before.reference_wage end
        = today.reference_wage
        and before.employer_group = today.employer_group
        and before.scale = today.scale
        and before.seniority_years = today.seniority_years
inner join ratios as segur
    on
        segur.claim_id = 'educator_smic_2023_segur'
        and before.pay_convention || '_segur' = segur.pay_convention
        and today.reference_wage = segur.reference_wage
        and today.employer_group = segur.employer_group
        and today.scale = segur.scale
        and today.seniority_years = segur.seniority_years
        and today.date_rule = segur.date_rule
where before.claim_id = 'educator_smic_2001'
