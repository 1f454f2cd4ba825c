{#- Fails for each missing period between the first and the last one of a series.
    `by` are the columns of a series, `step` the distance of two periods (for instance '3 months'). -#}
{% test no_holes_in_calendar(model, column_name, by, step, where='true') %}
    with observed as (
        select distinct {{ by | join(', ') }}, {{ column_name }} as period_start
        from {{ model }}
        where {{ where }}
    ),

    following as (
        select
            *,
            lead(period_start) over (
                partition by {{ by | join(', ') }} order by period_start
            ) as next_start
        from observed
    )

    select * from following
    where next_start is not null and next_start <> period_start + interval '{{ step }}'
{% endtest %}
