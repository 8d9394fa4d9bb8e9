-- one row: how many rule rates of the squad's athletes were measured in that month with that version
with
squad_athletes as (
    select athlete_id from athletes
    where squad = $squad
),

measured as (
    select athlete_id from rule_rates
    where month_date = $month and bench_version = $version
)

select count(*) as rate_count
from measured
semi join squad_athletes on measured.athlete_id = squad_athletes.athlete_id
