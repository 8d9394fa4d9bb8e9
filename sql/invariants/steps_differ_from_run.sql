-- The steps of a finished run add up to the CPU time the run counted for itself, within 2 %. Closing and ending come after
-- the count: they may be in it or not yet.
with billed as (
    select
        run_id,
        coalesce(sum(own_cpu_s), 0) as cpu_s,
        coalesce(sum(own_cpu_s) filter (where step_key not in ('close', 'ending')), 0) as cpu_s_before_close
    from stg_ledger
    group by run_id
)

select
    run_log.run_id,
    run_log.cpu_s,
    billed.cpu_s as billed_cpu_s
from run_log
left join billed on run_log.run_id = billed.run_id
where
    least(
        abs(coalesce(billed.cpu_s, 0) - run_log.cpu_s),
        abs(coalesce(billed.cpu_s_before_close, 0) - run_log.cpu_s)
    ) > 0.02 * run_log.cpu_s;
