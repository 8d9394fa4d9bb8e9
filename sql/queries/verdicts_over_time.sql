-- One row per verdict on a rung of one squad, in the order in which they came.
select
    task,
    model,
    model_version,
    evaluation_date,
    gain_lower_fraction
from verdict_history
where squad = $squad
order by evaluation_date, task, model;
