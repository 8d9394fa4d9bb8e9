-- one row per experiment, newest first, with the athlete's folder and name
select
    mart_athletes.folder,
    mart_athletes.display_name,
    mart_experiments.*
from mart_experiments
inner join mart_athletes on mart_experiments.athlete_id = mart_athletes.athlete_id
order by mart_experiments.start_date desc, mart_experiments.experiment_id asc;
