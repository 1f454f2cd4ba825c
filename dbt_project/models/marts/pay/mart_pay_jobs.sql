select
    jobs.agreement_id,
    jobs.job_id,
    jobs.scale,
    coalesce(lines.line_id, jobs.agreement_id || '_' || jobs.job_id) as line_id,
    lines.line_fr,
    {{ english('lines.line_fr') }} as line_en,
    lines.reason_fr as line_reason_fr,
    {{ english('lines.reason_fr') }} as line_reason_en,
    jobs.first_month,
    jobs.last_month,
    jobs.n_months,
    jobs.n_steps
from {{ ref('int_pay__jobs') }} as jobs
left join {{ ref('pay_lines') }} as lines
    on
        jobs.agreement_id = lines.agreement_id
        and jobs.job_id = lines.job_id
