-- CPU time (s) and wall time (s) of one run's outermost steps, whose figures contain the steps inside them.
select
    coalesce(sum(cpu_self_s + cpu_children_s), 0) as cpu_s,
    coalesce(sum(wall_s), 0) as wall_s
from ledger_entries
where run_id = $run_id and parent_entry_id is null;
