{#- Fails when fewer rows than `rows` meet `where`: coverage must not shrink unnoticed. -#}
{% test covers_at_least(model, rows, where='true') %}
    select count(*) as n_rows from {{ model }} where {{ where }}
    having count(*) < {{ rows }}
{% endtest %}
