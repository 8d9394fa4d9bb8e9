-- Takes the squad's athletes off the queue of the stop estimate.
delete from work_queue
using athletes
where work_queue.stop = 'estimate' and work_queue.athlete_id = athletes.athlete_id and athletes.squad = $squad;
