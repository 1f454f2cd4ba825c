{#- A text in English, from the one catalogue of translations; null where it has none. -#}
{% macro english(text) -%}
    (select english.text_en from {{ ref('english_texts') }} as english where english.text_fr = {{ text }})
{%- endmacro %}
