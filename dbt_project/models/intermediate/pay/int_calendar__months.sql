-- Months for which pay can be compared: from January 1970 to the first month that opens on or after
-- the last dated value of the minimum wage. The clock of the machine plays no part.
with bounds as (
    select
        date '1970-01-01' as first_month,
        max(
            case
                when day(valid_from) = 1 then valid_from
                else cast(date_trunc('month', valid_from) + interval 1 month as date)
            end
        ) as last_month
    from {{ ref('int_smic__rates') }}
)

select cast(months.month as date) as month
from bounds
cross join generate_series(bounds.first_month, bounds.last_month, interval 1 month) as months (month)
