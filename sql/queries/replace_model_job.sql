-- Takes away what earlier states of the input gave for one squad, model and task; their cost stays in the ledger.
delete from model_jobs
where squad = $squad and model = $model and task = $task
returning job_id;
