-- One row per night or race that a current model job of a squad estimated, with the best naive rival's estimate.
select
    estimates.job_id,
    estimates.athlete_id,
    estimates.estimate_date as day_date,
    estimates.subject,
    estimates.observed_value as target,
    estimates.estimate,
    estimates.best_rival_estimate as best_rival
from estimates
inner join model_jobs on estimates.job_id = model_jobs.job_id
where model_jobs.squad = $squad
order by estimates.job_id, estimates.athlete_id, estimates.estimate_date, estimates.subject;
