{#- Fails when two rows of one key hold at the same time. `by` are the columns of the key; an empty
    `valid_to` means that the row still holds. -#}
{% test no_overlapping_validity(model, by, valid_from='valid_from', valid_to='valid_to', where='true') %}
    with ordered as (
        select
            {{ by | join(', ') }},
            {{ valid_from }} as starts_on,
            {{ valid_to }} as ends_on,
            lead({{ valid_from }}) over (
                partition by {{ by | join(', ') }} order by {{ valid_from }}
            ) as next_starts_on
        from {{ model }}
        where {{ where }}
    )

    select * from ordered
    where next_starts_on is not null and coalesce(ends_on, date '9999-12-31') >= next_starts_on
{% endtest %}
