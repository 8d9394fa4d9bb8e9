-- at most one row: a row of the coach's page with the folder of its athlete
with meant as (
    select
        row_id,
        night_date,
        athlete_id
    from mart_attention
    where row_id = $shown_id
)

select
    meant.row_id,
    meant.night_date,
    mart_athletes.folder
from meant
inner join mart_athletes on meant.athlete_id = mart_athletes.athlete_id;
