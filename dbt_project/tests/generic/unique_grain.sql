{#- Fails for each key that stands more than once. `columns` is the stated grain; null keys count. -#}
{% test unique_grain(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as n_rows
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
