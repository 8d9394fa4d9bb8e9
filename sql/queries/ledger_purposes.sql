-- One row per purpose: entries of one run, or of all, added up, so that backtests, CI and idling are counted apart.
select
    purpose,
    count(*) as entry_count,
    count(*) filter (where e_it_q50 is null and status <> 'not_run') as unknown_count,
    sum(cpu_s_own) as cpu_s,
    sum(e_it_q05) as e_it_q05,
    sum(e_it_q50) as e_it_q50,
    sum(e_it_q95) as e_it_q95
from mart_ledger
where $run_id = '' or run_id = $run_id
group by purpose
order by cpu_s desc nulls last, purpose asc
