-- Pay by the text of every agreement, in the same columns; an agreement is added by one more engine.
-- A component that the agreement does not have, or that is not known, is empty, never 0.
{% set engines = {
    'int_ccn66__pay_monthly': ['sujetion_eur', 'segur_eur'],
    'int_ccn51__pay_monthly': ['seniority_rate', 'seniority_eur', 'prime_decentralisee_eur', 'segur_eur'],
    'int_bad__pay_monthly': ['seniority_rate', 'seniority_eur', 'supplements_eur', 'topup_factor'],
    'int_civil_service__pay_monthly': ['segur_eur'],
} %}
{% set optional = {
    'seniority_rate': '0.0',
    'seniority_eur': '0.0',
    'topup_factor': '1.0',
    'sujetion_eur': 'cast(null as double)',
    'segur_eur': 'cast(null as double)',
    'prime_decentralisee_eur': 'cast(null as double)',
    'supplements_eur': 'cast(null as double)',
} %}
with unioned as (
    {% for engine, components in engines.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            agreement_id,
            employer_group,
            job_id,
            scale,
            seniority_years,
            seniority_years_to,
            month,
            coefficient,
            point_value_eur,
            base_eur,
            {% for name, absent in optional.items() -%}
                {% if name in components %}{{ name }}{% else %}{{ absent }}{% endif %} as {{ name }},
            {% endfor -%}
            valid_to_on,
            point_status,
            point_evidence,
            coefficient_evidence,
            point_provenance,
            coefficient_provenance
        from {{ ref(engine) }}
        where seniority_years is not null
    {% endfor %}
)

select
    unioned.* exclude (valid_to_on),
    case
        when unioned.valid_to_on is not null or unioned.month <= confirmations.grid_confirmed_on
            then 'in_force'
        else 'carried_forward'
    end as coefficient_status
from unioned
left join {{ ref('agreement_confirmations') }} as confirmations
    on unioned.agreement_id = confirmations.agreement_id
