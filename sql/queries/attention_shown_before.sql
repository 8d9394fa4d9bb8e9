-- one row per athlete, kind and night before a date on which a row was shown
select
    night_date,
    athlete_id,
    kind,
    rules[1] as leading_rule
from attention_rows
where squad = $squad and is_shown and night_date < $night_date and night_date >= $since_date
order by night_date, athlete_id, kind
