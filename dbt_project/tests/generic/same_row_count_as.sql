{#- Fails when two models differ in their number of rows: guards left joins and unions. -#}
{% test same_row_count_as(model, compare_model) %}
    with counts as (
        select
            (select count(*) from {{ model }}) as n_here,
            (select count(*) from {{ compare_model }}) as n_there
    )
    select * from counts where n_here <> n_there
{% endtest %}
