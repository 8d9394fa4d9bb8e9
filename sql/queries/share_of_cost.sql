-- One row: what taking in, judging and observing has cost so far, and the number of values it brought.
select
    sum(mart_ledger.e_it_q05) as e_it_q05,
    sum(mart_ledger.e_it_q50) as e_it_q50,
    sum(mart_ledger.e_it_q95) as e_it_q95,
    (select count(*) from mart_observations) as observation_count
from mart_ledger
where mart_ledger.purpose in ('ingest', 'judge', 'observe')
