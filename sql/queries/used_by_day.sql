-- One row per UTC date on which anything ran: CPU time (s) and energy (Wh, middle) of what began on it.
select
    started_utc::date as used_date,
    sum(cpu_s_own) as cpu_s,
    sum(e_it_q50) / 3600 as wh
from mart_ledger
where status <> 'not_run'
group by used_date
order by used_date;
