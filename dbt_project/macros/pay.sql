{#- Rule of the month: what is in force on its first day is the value of the month. `valid_to` is the
    last day on which the value holds; empty: it still holds. -#}
{% macro in_force(month, valid_from, valid_to) -%}
    {{ month }} >= {{ valid_from }} and ({{ valid_to }} is null or {{ month }} <= {{ valid_to }})
{%- endmacro %}

{#- Mean annual rise between two values `years` apart: the constant yearly rate that leads from the
    one to the other (the “évolution annuelle moyenne” of Insee). -#}
{% macro mean_annual_rise(value, earlier_value, years) -%}
    power({{ value }} / {{ earlier_value }}, 1.0 / {{ years }}) - 1
{%- endmacro %}

{#- Value that started at `value` and rose once by each of `rises`, in a window of one path. -#}
{% macro compounded(value, rise, window) -%}
    {{ value }} * exp(coalesce(sum(ln(1 + {{ rise }})) over ({{ window }}), 0))
{%- endmacro %}
