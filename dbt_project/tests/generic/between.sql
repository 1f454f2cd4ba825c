{#- Fails for each value outside [low, high]; null passes (its status says why it is null). -#}
{% test between(model, column_name, low=none, high=none, where='true') %}
    select {{ column_name }}
    from {{ model }}
    where {{ where }}
        and not coalesce(
            {{ column_name }} between {{ low if low is not none else column_name }}
            and {{ high if high is not none else column_name }},
            true
        )
{% endtest %}
