-- The current model jobs of a squad with the CPU time (s) of their rolling origin and their best naive rival.
select
    model_jobs.job_id,
    model_jobs.squad,
    model_jobs.task,
    model_jobs.model,
    model_jobs.model_version,
    model_jobs.is_simulated,
    model_jobs.looks_ahead,
    rung_verdicts.cpu_s,
    scores.rival as best_rival
from model_jobs
left join rung_verdicts on model_jobs.job_id = rung_verdicts.job_id
left join scores
    on model_jobs.job_id = scores.job_id and scores.variant = 'rolling_origin' and scores.is_best_rival
where model_jobs.squad = $squad
order by model_jobs.task, model_jobs.model;
