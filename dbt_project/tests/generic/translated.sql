{#- Each text of a column `<name>_fr` has its English sibling `<name>_en`: not empty, no text without a
    French one, and not left in French (the same sentence, or words that English does not have; what
    stands between « » is quoted as it is). Where `official` holds, the text is a name and stays. -#}
{% test translated(model, columns, official='false') %}
    {% for name in columns %}
        select
            '{{ name }}' as text_name,
            {{ name }}_fr as text_fr,
            {{ name }}_en as text_en
        from {{ model }}
        where
            ({{ name }}_fr is null) <> (nullif(trim({{ name }}_en), '') is null)
            or (
                not ({{ official }})
                and (
                    (
                        {{ name }}_en = {{ name }}_fr
                        and len(regexp_extract_all({{ name }}_fr, '[a-zà-ÿ]{3,}')) >= 3
                    )
                    or regexp_matches(
                        regexp_replace({{ name }}_en, '«[^»]*»', '', 'g'),
                        '(^|[ ’''(])(les|dans|pour|avec|sont|une|selon|aux|qui|est)[ ,.;:)]'
                    )
                )
            )
        {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
