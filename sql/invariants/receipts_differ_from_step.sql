-- The receipts of a step add up to the CPU time of its own share; a thousandth of a millisecond is rounding.
select
    stg_ledger.entry_id,
    stg_ledger.own_cpu_s,
    coalesce(sum(mart_receipts.cpu_s), 0) as billed_cpu_s
from stg_ledger
left join mart_receipts on stg_ledger.entry_id = mart_receipts.entry_id
where stg_ledger.own_cpu_s is not null
group by stg_ledger.entry_id, stg_ledger.own_cpu_s
having abs(coalesce(sum(mart_receipts.cpu_s), 0) - stg_ledger.own_cpu_s) > 1e-6;
