-- one row per athlete of a squad: the rules off the shelf that fire on the athlete's last date
select
    stock_rules.athlete_id,
    stock_rules.candidate_date,
    stock_rules.fired
from stock_rules
inner join athletes on stock_rules.athlete_id = athletes.athlete_id
where athletes.squad = $squad
order by stock_rules.athlete_id
