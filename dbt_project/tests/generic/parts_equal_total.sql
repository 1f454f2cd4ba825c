{#- Fails for each group where the parts do not add up to the total within `tolerance` (absolute).
    `by` are the columns of a group; groups without a total or with an unknown part are left out. -#}
{% test parts_equal_total(model, column_name, by, is_part, is_total, tolerance=0) %}
    with sums as (
        select
            {{ by | join(', ') }},
            sum({{ column_name }}) filter (where {{ is_part }}) as sum_of_parts,
            count(*) filter (where ({{ is_part }}) and {{ column_name }} is null) as n_unknown,
            max({{ column_name }}) filter (where {{ is_total }}) as total
        from {{ model }}
        group by {{ by | join(', ') }}
    )
    select * from sums
    where n_unknown = 0 and abs(sum_of_parts - total) > {{ tolerance }}
{% endtest %}
