-- One row: CPU time (s) that metering itself took in one run, or in all where it is known, and that of those runs.
select
    sum(mart_runs.metering_cpu_s) as metering_cpu_s,
    sum(mart_runs.cpu_s) as cpu_s
from mart_runs
where mart_runs.metering_cpu_s is not null and ($run_id = '' or mart_runs.run_id = $run_id)
