-- A run's total is struck before it publishes itself; once that step, and how the process ended, stand in the ledger the
-- total includes both.
update run_log
set
    cpu_s = billed.cpu_s,
    wall_s = billed.wall_s
from (
    select
        run_id,
        sum(cpu_self_s + cpu_children_s) as cpu_s,
        sum(wall_s) as wall_s
    from ledger_entries
    where parent_entry_id is null
    group by run_id
    having bool_or(step_key = 'close')
) as billed
where run_log.run_id = billed.run_id and run_log.cpu_s < billed.cpu_s
