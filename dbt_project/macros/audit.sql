{#- What the audit of claims shares: verdicts, French numbers, the rank of a piece of evidence. -#}

{#- True where a value, rounded as the claim was rounded, is the value stated. A third, catalogued as
    0.3333, is rounded too. -#}
{% macro rounds_to(value, stated, decimals) -%}
    abs(round({{ value }}, {{ decimals }}) - round({{ stated }}, {{ decimals }}))
    <= 1e-9 * greatest(abs({{ stated }}), 1)
{%- endmacro %}

{#- Verdict of one reading: match, near, no_match, not_computable (docs/audit.md).
    "More than" holds from the value stated up to the tolerance above it, "less than" and "up to" below it. -#}
{% macro reading_verdict(value, stated, decimals, tolerance, qualifier) -%}
    case
        when {{ value }} is null then 'not_computable'
        when {{ rounds_to(value, stated, decimals) }} then 'match'
        when {{ qualifier }} = 'more_than'
            and {{ value }} between {{ stated }} and {{ stated }} + {{ tolerance }} then 'match'
        when {{ qualifier }} in ('less_than', 'up_to')
            and {{ value }} between {{ stated }} - {{ tolerance }} and {{ stated }} then 'match'
        when abs({{ value }} - {{ stated }}) <= {{ tolerance }} + 1e-9 then 'near'
        else 'no_match'
    end
{%- endmacro %}

{#- A number in French: spaces between thousands, a comma, four decimals at most. -#}
{% macro french_number(value) -%}
    translate(rtrim(rtrim(format('{:,.4f}', {{ value }}), '0'), '.'), ',.', ' ,')
{%- endmacro %}

{#- The same number in English. -#}
{% macro english_number(value) -%}
    rtrim(rtrim(format('{:,.4f}', {{ value }}), '0'), '.')
{%- endmacro %}

{#- A number in English with its symbol: "%" touches it, other symbols stand apart. -#}
{% macro with_symbol(number, symbol) -%}
    {{ number }} || case {{ symbol }} when '%' then '%' else coalesce(' ' || {{ symbol }}, '') end
{%- endmacro %}

{#- An evidence rank that may be quoted and not relied upon alone. -#}
{% macro is_second_rank_evidence(evidence) -%}
    {{ evidence }} in ('secondary_page', 'press', 'address_not_kept', 'computed')
{%- endmacro %}
