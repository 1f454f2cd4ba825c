-- Work accidents of a year and edition, summed over the national technical committees (CTN): a NAF
-- spans several.
-- The line that stands for a sum is the first of a sub-class and the last of a division, so that
-- no two sums point at one line.
{%- set measures = [
    'n_employees', 'n_hours_worked', 'n_establishments', 'n_accidents_first_payment',
    'n_accidents_4_days', 'n_new_permanent_disabilities', 'n_new_permanent_disabilities_under_10',
    'n_new_permanent_disabilities_10_and_over', 'n_deaths', 'n_days_lost',
    'sum_disability_rates_under_10', 'sum_disability_rates', 'n_cause_hand_tools',
    'n_cause_same_level_falls', 'n_cause_manual_handling', 'n_cause_machines',
    'n_cause_falls_from_height', 'n_cause_physical', 'n_cause_road', 'n_cause_assaults',
    'n_cause_other', 'n_cause_chemical', 'n_cause_mechanical_handling', 'n_cause_other_vehicles'
] %}
with ctn as (
    select * from {{ ref('stg_ameli_work_accidents__ctn_naf') }}
),

summed as (
    select
        naf_code,
        'sub_class' as naf_level,
        year,
        edition,
        edition_order,
        {% for measure in measures %}
            sum({{ measure }}) as {{ measure }},
        {% endfor %}
        count(*) as n_ctn,
        min(raw_row) as raw_row,
        min(provenance_id) as provenance_id
    from ctn
    group by naf_code, year, edition, edition_order
    union all
    select
        naf_division_code as naf_code,
        'division' as naf_level,
        year,
        edition,
        edition_order,
        {% for measure in measures %}
            sum({{ measure }}) as {{ measure }},
        {% endfor %}
        count(distinct ctn_code) as n_ctn,
        max(raw_row) as raw_row,
        min(provenance_id) as provenance_id
    from ctn
    group by naf_division_code, year, edition, edition_order
)

select
    *,
    n_cause_hand_tools + n_cause_same_level_falls + n_cause_manual_handling + n_cause_machines
    + n_cause_falls_from_height + n_cause_physical + n_cause_road + n_cause_assaults
    + n_cause_other + n_cause_chemical + n_cause_mechanical_handling
    + n_cause_other_vehicles as n_cause_known
from summed
