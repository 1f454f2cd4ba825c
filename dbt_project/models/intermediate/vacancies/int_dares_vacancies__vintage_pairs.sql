-- The file of 2024-T4 mixes two vintages and does not say which row belongs to which.
-- Says, for each key, which of its two rows is retained and by which rule; keeps the other.
with quarterly as (
    select * from {{ ref('stg_dares_vacancies__quarterly') }}
),

later as (
    select
        quarter,
        field,
        naf_code,
        n_vacant_posts
    from quarterly
    where edition = '2025-T4'
),

-- At the last quarter one of the two vintages has no sections: what its twin says adds up to the
-- non-market total of the same vintage.
filled_sections as (
    select
        quarter,
        field,
        sum(n_vacant_posts) as n_vacant_posts
    from quarterly
    where
        edition = '2024-T4'
        and n_source_rows = 2
        and n_vacant_posts_alternative is null
        and naf_code in ('P', 'Q')
    group by quarter, field
    having count(*) = 2
),

compared as (
    select
        quarterly.*,
        later.n_vacant_posts as n_later,
        filled_sections.n_vacant_posts as n_filled_sections,
        abs(quarterly.n_vacant_posts - later.n_vacant_posts) as gap_first,
        abs(quarterly.n_vacant_posts_alternative - later.n_vacant_posts) as gap_second,
        abs(quarterly.n_vacant_posts - filled_sections.n_vacant_posts) as gap_sum_first,
        abs(quarterly.n_vacant_posts_alternative - filled_sections.n_vacant_posts)
            as gap_sum_second
    from quarterly
    left join later
        on
            quarterly.quarter = later.quarter
            and quarterly.field = later.field
            and quarterly.naf_code = later.naf_code
    left join filled_sections
        on quarterly.quarter = filled_sections.quarter and quarterly.field = filled_sections.field
    where quarterly.edition = '2024-T4'
),

ruled as (
    select
        *,
        case
            when n_source_rows < 2 then 'single_row'
            when n_vacant_posts_alternative is null then 'only_value'
            when naf_code = 'TNM' and least(gap_sum_first, gap_sum_second) <= 1
                then 'sum_of_sections'
            when naf_code = 'P' then 'residual'
            when gap_first <> gap_second then 'closest_to_later_edition'
            when naf_code = 'S' and n_later is null then 'smallest'
            else 'first_row'
        end as first_rule
    from compared
),

anchored as (
    select
        *,
        case first_rule
            when 'sum_of_sections' then gap_sum_second < gap_sum_first
            when 'closest_to_later_edition' then gap_second < gap_first
            when 'smallest' then n_vacant_posts_alternative < n_vacant_posts
            else false
        end as is_second_retained
    from ruled
),

-- Non-market services = education (P) + health and social work (Q): what is left for P.
residuals as (
    select
        quarter,
        field,
        max(case
            when naf_code = 'TNM' and is_second_retained then n_vacant_posts_alternative
            when naf_code = 'TNM' then n_vacant_posts
        end)
        - max(case
            when naf_code = 'Q' and is_second_retained then n_vacant_posts_alternative
            when naf_code = 'Q' then n_vacant_posts
        end) as n_left_for_p
    from anchored
    group by quarter, field
),

left_over as (
    select
        anchored.*,
        abs(anchored.n_vacant_posts - residuals.n_left_for_p) as gap_left_first,
        abs(anchored.n_vacant_posts_alternative - residuals.n_left_for_p) as gap_left_second
    from anchored
    left join residuals
        on anchored.quarter = residuals.quarter and anchored.field = residuals.field
),

resolved as (
    select
        *,
        case
            when first_rule <> 'residual' then first_rule
            when gap_left_first <> gap_left_second then 'residual'
            when gap_first <> gap_second then 'closest_to_later_edition'
            else 'first_row'
        end as rule,
        case
            when first_rule <> 'residual' then is_second_retained
            when gap_left_first <> gap_left_second then gap_left_second < gap_left_first
            else coalesce(gap_second < gap_first, false)
        end as takes_second
    from left_over
)

select
    quarter,
    period_start,
    period_end,
    field,
    naf_code,
    case when takes_second then n_vacant_posts_alternative else n_vacant_posts end
        as n_vacant_posts,
    case when takes_second then rate_vacancy_alternative else rate_vacancy end as rate_vacancy,
    case when takes_second then n_vacant_posts else n_vacant_posts_alternative end
        as n_vacant_posts_other,
    case when takes_second then rate_vacancy else rate_vacancy_alternative end
        as rate_vacancy_other,
    n_source_rows,
    rule,
    case
        when rule = 'first_row' then 'unknown'
        when rule in ('smallest', 'residual') then 'inferred'
        when rule = 'closest_to_later_edition' and naf_code = 'BTS' then 'unknown'
        else 'established'
    end as order_confidence,
    abs(n_vacant_posts_alternative - n_vacant_posts)
    < case when takes_second then gap_second else gap_first end as is_smaller_than_next_revision,
    provenance_id,
    source_id,
    raw_row
from resolved
