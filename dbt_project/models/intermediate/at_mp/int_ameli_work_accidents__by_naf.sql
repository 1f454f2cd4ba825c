-- The yearly counts by activity, with the hours that only the files by CTN give, and the rates
-- recomputed from them beside the rounded ones that were reported.
with yearly as (
    select * from {{ ref('stg_ameli_work_accidents__yearly_by_naf') }}
),

ctn as (
    select * from {{ ref('int_ameli_work_accidents__ctn_summed') }}
),

-- The sub-classes of division 86, and all activities of a landed file, stand only in the file by CTN.
only_in_ctn as (
    select ctn.*
    from ctn
    left join yearly
        on
            ctn.naf_code = yearly.naf_code
            and ctn.year = yearly.year
            and ctn.edition = yearly.edition
    where yearly.naf_code is null
),

counts as (
    select
        yearly.naf_code,
        yearly.naf_level,
        yearly.year,
        yearly.edition,
        yearly.edition_order,
        yearly.n_employees,
        yearly.n_accidents_first_payment,
        yearly.n_new_permanent_disabilities,
        yearly.n_deaths,
        yearly.n_days_lost,
        ctn.n_hours_worked,
        yearly.reported_frequency_index,
        yearly.reported_frequency_rate,
        yearly.reported_severity_rate,
        'yearly_by_naf' as raw_table,
        yearly.raw_row,
        yearly.provenance_id
    from yearly
    left join ctn
        on
            yearly.naf_code = ctn.naf_code
            and yearly.year = ctn.year
            and yearly.edition = ctn.edition
    union all
    select
        naf_code,
        naf_level,
        year,
        edition,
        edition_order,
        n_employees,
        n_accidents_first_payment,
        n_new_permanent_disabilities,
        n_deaths,
        n_days_lost,
        n_hours_worked,
        cast(null as double) as reported_frequency_index,
        cast(null as double) as reported_frequency_rate,
        cast(null as double) as reported_severity_rate,
        'ctn_naf' as raw_table,
        raw_row,
        provenance_id
    from only_in_ctn
)

select
    *,
    case when naf_level in ('division', 'sub_class') then substr(naf_code, 1, 2) end as naf_division_code,
    {{ general_scheme_population('naf_code') }} as population_id,
    {{ rate_per('cast(n_accidents_first_payment as double)', 'n_employees', 1000) }} as frequency_index,
    {{ rate_per('cast(n_accidents_first_payment as double)', 'n_hours_worked', 1000000) }} as frequency_rate,
    {{ rate_per('cast(n_days_lost as double)', 'n_hours_worked', 1000) }} as severity_rate
from counts
