{#- Fails for each row where the expression is false or null. -#}
{% test expression_holds(model, expression, where='true') %}
    select * from {{ model }}
    where {{ where }} and ({{ expression }}) is not true
{% endtest %}
