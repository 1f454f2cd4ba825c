-- The conventional minimum coefficient of each month: the latest rule that binds the group of
-- employers. A rule ends when the next one of its group begins; 373 so stays for those outside Nexem.
with employer_groups (employer_group) as (
    values ('nexem_member'), ('other')
),

rules as (
    select
        employer_groups.employer_group,
        rules.valid_from,
        lead(rules.valid_from) over (
            partition by employer_groups.employer_group order by rules.valid_from
        ) as next_valid_from,
        rules.minimum_coefficient,
        rules.minimum_coefficient_boarding,
        rules.provenance_id
    from employer_groups
    inner join {{ ref('stg_ccn66__minimum_coefficients') }} as rules
        on
            rules.perimeter = 'ccn66'
            and (
                rules.applies_to = 'all'
                or (rules.applies_to = 'nexem_members' and employer_groups.employer_group = 'nexem_member')
            )
),

scales (scale) as (
    values ('day'), ('boarding')
)

select
    rules.employer_group,
    scales.scale,
    months.month,
    case scales.scale
        when 'day' then rules.minimum_coefficient
        else rules.minimum_coefficient_boarding
    end as minimum_coefficient,
    rules.provenance_id
from rules
cross join scales
inner join {{ ref('int_calendar__months') }} as months
    on
        months.month >= rules.valid_from
        and (rules.next_valid_from is null or months.month < rules.next_valid_from)
