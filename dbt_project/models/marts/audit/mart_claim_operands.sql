-- What each reading computes with: the keys are seeds, the values are looked up here.
with figures as (
    select
        operands.*,
        'figure' as operand_kind,
        operands.figure_id as operand_key,
        figures.label_fr,
        figures.label_en,
        figures.value,
        figures.unit_id,
        'published' as status,
        figures.period_start,
        figures.period_end,
        figures.document_title_fr as publisher,
        figures.document_title_en as publisher_en,
        cast(null as varchar) as source_id,
        cast(null as varchar) as vintage,
        cast(null as varchar) as evidence,
        false as is_second_rank,
        false as is_missing
    from {{ ref('claim_operand_figures') }} as operands
    left join {{ ref('mart_key_figures') }} as figures on operands.figure_id = figures.figure_id
),

observations as (
    select
        operands.*,
        'observation' as operand_kind,
        concat_ws(
            '/',
            operands.source_id,
            operands.indicator_id,
            operands.population_id,
            operands.occupation_id,
            operands.geography_id,
            operands.period_start,
            operands.period_end,
            facts.vintage
        ) as operand_key,
        concat_ws(
            ', ',
            indicators.label_fr,
            populations.label_fr,
            case when operands.occupation_id <> 'all' then occupations.label_fr end
        ) as label_fr,
        concat_ws(
            ', ',
            indicators.label_en,
            populations.label_en,
            case when operands.occupation_id <> 'all' then occupations.label_en end
        ) as label_en,
        facts.value,
        indicators.unit as unit_id,
        coalesce(facts.status, 'missing') as status,
        facts.publisher,
        facts.publisher_en,
        facts.evidence,
        coalesce(facts.is_second_rank, false) as is_second_rank
    from {{ ref('claim_operand_observations') }} as operands
    left join {{ ref('fct_observation') }} as facts
        on
            operands.source_id = facts.source_id
            and operands.indicator_id = facts.indicator_id
            and operands.population_id = facts.population_id
            and operands.occupation_id = facts.occupation_id
            and operands.geography_id = facts.geography_id
            and operands.period_start = facts.period_start
            and operands.period_end = facts.period_end
            and (operands.vintage = facts.vintage or (operands.vintage is null and facts.is_latest))
    left join {{ ref('dim_indicator') }} as indicators on operands.indicator_id = indicators.indicator_id
    left join {{ ref('dim_population') }} as populations on operands.population_id = populations.population_id
    left join {{ ref('dim_occupation') }} as occupations on operands.occupation_id = occupations.occupation_id
),

constants as (
    select
        operands.*,
        'constant' as operand_kind,
        cast(operands.constant as varchar) as operand_key,
        operands.why_fr as label_fr,
        {{ english('operands.why_fr') }} as label_en,
        cast(operands.constant as double) as value,
        'published' as status
    from {{ ref('claim_operand_constants') }} as operands
),

pay as (
    select
        operands.*,
        'pay' as operand_kind,
        concat_ws(
            '/',
            operands.agreement_id,
            operands.job_id,
            operands.scale,
            operands.seniority_years,
            operands.employer_group,
            operands.pay_convention,
            operands.month,
            operands.measure
        ) as operand_key,
        case operands.measure
            when 'reference_eur' then 'SMIC mensuel brut à 35 h'
            else 'Salaire mensuel brut de la convention'
        end as label_fr,
        case operands.measure
            when 'reference_eur' then 'Gross monthly minimum wage (SMIC) at 35 h'
            else 'Gross monthly pay of the collective agreement'
        end as label_en,
        case operands.measure when 'reference_eur' then salaries.reference_eur else salaries.pay_eur end
            as value,
        'eur_per_month' as unit_id,
        case when salaries.pay_eur is null then 'missing' else 'computed' end as status,
        operands.month as period_start,
        last_day(operands.month) as period_end,
        salaries.point_evidence as evidence,
        {{ is_second_rank_evidence('salaries.point_evidence') }} as is_second_rank
    from {{ ref('claim_operand_pay') }} as operands
    left join {{ ref('mart_salary_smic') }} as salaries
        on
            operands.agreement_id = salaries.agreement_id
            and operands.job_id = salaries.job_id
            and operands.scale = salaries.scale
            and operands.seniority_years = salaries.seniority_years
            and operands.employer_group = salaries.employer_group
            and operands.pay_convention = salaries.pay_convention
            and operands.month = salaries.month
            and salaries.reference_wage = 'smic_35h'
),

unioned as (
    select * from figures
    union all by name
    select * from observations
    union all by name
    select * from constants
    union all by name
    select * from pay
)

select
    claim_id,
    reading_id,
    term,
    operand,
    exponent,
    sign,
    is_plus_one,
    operand_kind,
    operand_key,
    label_fr,
    label_en,
    value,
    unit_id,
    status,
    period_start,
    period_end,
    source_id,
    publisher,
    publisher_en,
    vintage,
    evidence,
    coalesce(is_second_rank, false) as is_second_rank,
    coalesce(is_missing, false) as is_expected_missing
from unioned
