-- One row per squad, model and task that was left out as retired: on how many nights, and what it was expected to use
-- then: CPU time (s) and energy (J); null where nothing was known beforehand.
select
    partition as squad,
    split_part(step_key, ':', 1) as model,
    split_part(step_key, ':', 2) as task,
    count(distinct started_utc::date) as night_count,
    count(*) filter (where expected_cpu_s is null) as unknown_count,
    sum(expected_cpu_s) as cpu_s,
    sum(expected_e_it_q05) as e_it_q05,
    sum(expected_e_it_q50) as e_it_q50,
    sum(expected_e_it_q95) as e_it_q95
from mart_ledger
where refused_by = 'retirement'
group by all
order by squad, task, model;
