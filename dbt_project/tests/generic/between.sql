{#- Fails for each value outside [low, high]; null passes (its status says why it is null). -#}
{% test between(model, column_name, low=none, high=none, where='true') %}
    
    select {{ column_name }}
    from {{ model }}
    where {{ where }}
        and (
            false
            {% if low is not none %} or {{ column_name }} < {{ low }} {% endif %}
{% if high is not none %} or {{ column_name }} > {{ high }} {% endif %}
        )
{% endtest %}
