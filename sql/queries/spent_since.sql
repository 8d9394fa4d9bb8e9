-- One row: CPU time (s) and energy (Wh, middle) of everything in the ledger that began at $since or later, and the number
-- of attempts whose figures are not known.
select
    coalesce(sum(own_cpu_s), 0) as cpu_s,
    coalesce(sum(energy_q50_j), 0) / 3600 as energy_wh,
    count(*) filter (where own_cpu_s is null and status <> 'not_run') as unknown_count
from stg_ledger
where started_at_utc >= $since;
