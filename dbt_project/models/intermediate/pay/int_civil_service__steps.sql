-- Steps of the grids whose paid index and first day were read. `seniority_years`: completed years in
-- the grade when the step is reached at the pace of the grid, rounded up to whole years; empty where
-- one of the earlier durations was not read. A grid that ends on the eve of points given to everybody
-- goes on with them (`is_derived`).
with grids as (
    select
        *,
        cast(step as integer) as step_number,
        cast(nullif(regexp_extract(duration, '(\d+) ans?', 1), '') as integer)
        + coalesce(cast(nullif(regexp_extract(duration, '(\d+) mois', 1), '') as double) / 12, 0)
            as duration_years
    from {{ ref('stg_civil_service__grids') }}
    where paid_index is not null and valid_from is not null
),

paced as (
    select
        *,
        count(duration_years) over earlier = step_number - 1 as is_pace_read,
        coalesce(sum(duration_years) over earlier, 0) as years_before
    from grids
    window
        earlier as (
            partition by agreement_id, job_id, grade, valid_from
            order by step_number rows between unbounded preceding and 1 preceding
        )
),

known as (
    select
        *,
        case when is_pace_read then cast(ceil(years_before) as integer) end as seniority_years
    from paced
),

bounded as (
    select
        *,
        lead(seniority_years) over (
            partition by agreement_id, job_id, grade, valid_from order by step_number
        ) - 1 as seniority_years_to
    from known
),

prolonged as (
    select
        *,
        false as is_derived
    from bounded
    union all
    select
        bounded.* replace (
            bounded.paid_index + additions.points as paid_index,
            additions.valid_from as valid_from,
            null as valid_to
        ),
        true as is_derived
    from bounded
    inner join {{ ref('civil_service_index_additions') }} as additions
        on bounded.valid_to = additions.valid_from - interval 1 day
)

select
    prolonged.agreement_id,
    prolonged.job_id,
    scales.scale,
    prolonged.step_number,
    prolonged.seniority_years,
    prolonged.seniority_years_to,
    prolonged.paid_index,
    prolonged.is_derived,
    prolonged.valid_from as valid_from_on,
    prolonged.valid_to as valid_to_on,
    prolonged.provenance_id
from prolonged
left join {{ ref('civil_service_scales') }} as scales
    on
        prolonged.agreement_id = scales.agreement_id
        and prolonged.job_id = scales.job_id
        and prolonged.grade = scales.grade
