-- Every job that a grid names, every month since January 1999: the runs of months without any pay.
with jobs as (
    {% for agreement, model in [
        ("'ccn66'", 'stg_ccn66__coefficients'),
        ("'ccn51'", 'stg_ccn51__coefficients'),
        ("'bad'", 'stg_bad__coefficients_a_i'),
        ("'bad'", 'stg_bad__coefficients_avenant43'),
        ('agreement_id', 'stg_civil_service__grids'),
    ] %}
        {% if not loop.first %}union{% endif %}
        select
            {{ agreement }} as agreement_id,
            job_id
        from {{ ref(model) }}
    {% endfor %}
),

missing as (
    select
        jobs.agreement_id,
        jobs.job_id,
        months.month
    from jobs
    cross join {{ ref('int_calendar__months') }} as months
    anti join {{ ref('int_pay__components_unioned') }} as pay
        on
            jobs.agreement_id = pay.agreement_id
            and jobs.job_id = pay.job_id
            and months.month = pay.month
    where months.month >= date '1999-01-01'
),

ranked as (
    select
        *,
        month - to_months(
            cast(row_number() over (partition by agreement_id, job_id order by month) as integer)
        ) as run
    from missing
)

select
    agreement_id,
    job_id,
    min(month) as first_month,
    max(month) as last_month
from ranked
group by agreement_id, job_id, run
