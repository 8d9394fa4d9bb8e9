-- one row per subject of the squad that the stop has still to work on
select
    work_queue.subject_kind,
    work_queue.subject_id,
    work_queue.athlete_id
from work_queue
inner join athletes on work_queue.athlete_id = athletes.athlete_id
where work_queue.stop = $stop and athletes.squad = $squad
order by work_queue.athlete_id, work_queue.subject_kind, work_queue.subject_id;
