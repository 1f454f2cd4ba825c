{#- The order of the editions of one cell, the one that speaks first: see fct_observation. -#}
{% macro speaking_order(rank, edition) -%}
    is_second_rank or status = 'provisional', {{ rank }} desc, {{ edition }} desc
{%- endmacro %}
