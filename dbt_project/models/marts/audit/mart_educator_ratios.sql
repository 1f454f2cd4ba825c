-- Every combination of choices that the educator's claims leave open, and the ratio that each gives.
with choices as (
    select
        *,
        {{ english('label_fr') }} as label_en,
        {{ english('why_fr') }} as why_en
    from {{ ref('educator_choices') }}
),

combinations as (
    select
        claims.claim_id,
        cast(year(figures.period_start) as integer) as calendar_year,
        conventions.choice as pay_convention,
        reference_wages.choice as reference_wage,
        employer_groups.choice as employer_group,
        scales.choice as scale,
        cast(seniorities.choice as integer) as seniority_years,
        date_rules.choice as date_rule,
        concat_ws(
            ' ; ',
            conventions.label_fr,
            reference_wages.label_fr,
            employer_groups.label_fr,
            scales.label_fr,
            seniorities.label_fr,
            date_rules.label_fr
        ) as reading_fr,
        concat_ws(
            '; ',
            conventions.label_en,
            reference_wages.label_en,
            employer_groups.label_en,
            scales.label_en,
            seniorities.label_en,
            date_rules.label_en
        ) as reading_en,
        conventions.is_preferred and reference_wages.is_preferred and employer_groups.is_preferred
        and scales.is_preferred and seniorities.is_preferred and date_rules.is_preferred as is_preferred,
        concat_ws(
            ' ; ',
            conventions.why_fr,
            reference_wages.why_fr,
            employer_groups.why_fr,
            scales.why_fr,
            seniorities.why_fr,
            date_rules.why_fr
        ) as why_fr,
        concat_ws(
            '; ',
            conventions.why_en,
            reference_wages.why_en,
            employer_groups.why_en,
            scales.why_en,
            seniorities.why_en,
            date_rules.why_en
        ) as why_en
    from {{ ref('claims') }} as claims
    inner join {{ ref('mart_key_figures') }} as figures on claims.figure_id = figures.figure_id
    {% for name, dimension in [
        ('conventions', 'pay_convention'), ('reference_wages', 'reference_wage'),
        ('employer_groups', 'employer_group'), ('scales', 'scale'),
        ('seniorities', 'seniority_years'), ('date_rules', 'date_rule')
    ] -%}
        inner join choices as {{ name }}
            on claims.claim_id = {{ name }}.claim_id and {{ name }}.dimension = '{{ dimension }}'
    {% endfor %}
),

pay as (
    select
        *,
        day(last_day(month)) as n_days,
        {{ is_second_rank_evidence('point_evidence') }}
        or {{ is_second_rank_evidence('coefficient_evidence') }} as is_second_rank
    from {{ ref('mart_salary_smic') }}
    where agreement_id = 'ccn66' and job_id = 'educateur_specialise'
),

-- Sums over days, then one ratio: a ratio of the year is never a mean of ratios.
averaged as (
    select
        combinations.claim_id,
        combinations.pay_convention,
        combinations.reference_wage,
        combinations.employer_group,
        combinations.scale,
        combinations.seniority_years,
        combinations.date_rule,
        count(pay.month) = any_value(rules.last_month - rules.first_month + 1) as is_complete,
        sum(pay.pay_eur * pay.n_days order by pay.month) / sum(pay.n_days) as pay_eur,
        sum(pay.ratio_paid * pay.reference_eur * pay.n_days order by pay.month) / sum(pay.n_days) as paid_eur,
        sum(pay.reference_eur * pay.n_days order by pay.month) / sum(pay.n_days) as reference_eur,
        coalesce(bool_or(pay.is_second_rank), false) as is_second_rank
    from combinations
    left join {{ ref('date_rules') }} as rules on combinations.date_rule = rules.date_rule
    left join pay
        on
            combinations.pay_convention = pay.pay_convention
            and combinations.reference_wage = pay.reference_wage
            and combinations.employer_group = pay.employer_group
            and combinations.scale = pay.scale
            and combinations.seniority_years = pay.seniority_years
            and combinations.calendar_year = year(pay.month)
            and month(pay.month) between rules.first_month and rules.last_month
    group by all
)

select
    combinations.claim_id,
    concat_ws(
        '__',
        combinations.pay_convention,
        combinations.reference_wage,
        combinations.employer_group,
        combinations.scale,
        'year_' || combinations.seniority_years,
        combinations.date_rule
    ) as reading_id,
    combinations.reading_fr,
    combinations.reading_en,
    combinations.is_preferred,
    case when combinations.is_preferred then combinations.why_fr end as preferred_why_fr,
    case when combinations.is_preferred then combinations.why_en end as preferred_why_en,
    combinations.calendar_year,
    combinations.pay_convention,
    combinations.reference_wage,
    combinations.employer_group,
    combinations.scale,
    combinations.seniority_years,
    combinations.date_rule,
    case when averaged.is_complete then averaged.pay_eur end as pay_eur,
    case when averaged.is_complete then averaged.reference_eur end as reference_eur,
    case when averaged.is_complete then averaged.pay_eur / averaged.reference_eur end as ratio_conventional,
    case when averaged.is_complete then averaged.paid_eur / averaged.reference_eur end as ratio_paid,
    averaged.is_second_rank
from combinations
left join averaged
    on
        combinations.claim_id = averaged.claim_id
        and combinations.pay_convention = averaged.pay_convention
        and combinations.reference_wage = averaged.reference_wage
        and combinations.employer_group = averaged.employer_group
        and combinations.scale = averaged.scale
        and combinations.seniority_years = averaged.seniority_years
        and combinations.date_rule = averaged.date_rule
