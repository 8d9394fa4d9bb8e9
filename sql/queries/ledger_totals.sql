-- One row: every entry of the ledger added up, quantile by quantile. Carbon and water stay null while a part is unknown.
select
    count(*) as entry_count,
    count(*) filter (where status = 'failed') as failed_count,
    count(*) filter (where status = 'killed') as killed_count,
    count(*) filter (where e_it_q50 is null and status <> 'not_run') as unknown_count,
    count(*) filter (where status = 'not_run') as not_run_count,
    count(*) filter (where refused_by is not null) as refused_count,
    count(*) filter (where e_it_q50 is not null) as known_count,
    count(*) filter (where e_it_q50 is not null and ci_zone is null) as country_missing_count,
    sum(cpu_s_own) as cpu_s,
    sum(wall_s_own) as wall_s,
    sum(e_it_q05) as e_it_q05,
    sum(e_it_q50) as e_it_q50,
    sum(e_it_q95) as e_it_q95,
    case when count(g_operational_q05) = count(e_it_q50) then sum(g_operational_q05) end as g_operational_q05,
    case when count(g_operational_q50) = count(e_it_q50) then sum(g_operational_q50) end as g_operational_q50,
    case when count(g_operational_q95) = count(e_it_q50) then sum(g_operational_q95) end as g_operational_q95,
    case when count(g_embodied_q05) = count(e_it_q50) then sum(g_embodied_q05) end as g_embodied_q05,
    case when count(g_embodied_q50) = count(e_it_q50) then sum(g_embodied_q50) end as g_embodied_q50,
    case when count(g_embodied_q95) = count(e_it_q50) then sum(g_embodied_q95) end as g_embodied_q95,
    case when count(water_ml_q05) = count(e_it_q50) then sum(water_ml_q05) end as water_ml_q05,
    case when count(water_ml_q50) = count(e_it_q50) then sum(water_ml_q50) end as water_ml_q50,
    case when count(water_ml_q95) = count(e_it_q50) then sum(water_ml_q95) end as water_ml_q95
from mart_ledger
where $run_id = '' or run_id = $run_id
