-- One row per model job and task, per rivals of a task, and for the process around them: what the last three that ended
-- well on such a machine used, per athlete-day they were given (the process: as it is); null where none did.
with attempts as (
    select
        step_key,
        status,
        own_cpu_s / case when step_key = 'model_process' then 1 else nullif(athlete_day_count, 0) end as cpu_s,
        energy_q50_j / 3600 / case when step_key = 'model_process' then 1 else nullif(athlete_day_count, 0) end as energy_wh,
        row_number() over (partition by step_key, status order by started_at_utc desc, entry_id desc) as recency
    from stg_ledger
    where
        (rung is not null or step_key = 'model_process')
        and status <> 'not_run'
        and cpu_model is not distinct from $cpu_model
        and machine_thread_count is not distinct from $thread_count
)

select
    step_key,
    avg(cpu_s) filter (where status = 'ok' and recency <= 3) as cpu_s,
    avg(energy_wh) filter (where status = 'ok' and recency <= 3) as energy_wh,
    bool_or(status <> 'ok') as has_failed
from attempts
group by step_key
order by step_key;
