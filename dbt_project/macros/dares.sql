{#- Rank of an edition of the vacancies. An edition is named by its last quarter: a later quarter is a
    later edition, whoever copied it and whenever it was retrieved; of one quarter, the one that was
    retrieved later. -#}
{% macro dares_edition_rank(edition, order) -%}
    (cast(left({{ edition }}, 4) as integer) * 4 + cast(substr({{ edition }}, 7, 1) as integer)) * 1000 + {{ order }}
{%- endmacro %}
