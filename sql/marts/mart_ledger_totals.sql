-- one row per run and purpose: own shares added up, quantile by quantile, because their errors are shared
create or replace view mart_ledger_totals as
with totals as (
    select
        run_id,
        purpose,
        count(*) as entry_count,
        count(*) filter (where status = 'failed') as failed_count,
        count(*) filter (where status = 'killed') as killed_count,
        count(*) filter (where energy_q50_j is null and status <> 'not_run') as unknown_count,
        sum(own_cpu_s) as cpu_s,
        sum(own_wall_s) as wall_s,
        sum(athlete_day_count) filter (where parent_entry_id is null) as athlete_day_count,
        sum(energy_q05_j) as e_it_q05,
        sum(energy_q50_j) as e_it_q50,
        sum(energy_q95_j) as e_it_q95,
        case when count(operational_q05_g_co2e) = count(energy_q50_j) then sum(operational_q05_g_co2e) end as g_operational_q05,
        case when count(operational_q50_g_co2e) = count(energy_q50_j) then sum(operational_q50_g_co2e) end as g_operational_q50,
        case when count(operational_q95_g_co2e) = count(energy_q50_j) then sum(operational_q95_g_co2e) end as g_operational_q95,
        case when count(embodied_q05_g_co2e) = count(energy_q50_j) then sum(embodied_q05_g_co2e) end as g_embodied_q05,
        case when count(embodied_q50_g_co2e) = count(energy_q50_j) then sum(embodied_q50_g_co2e) end as g_embodied_q50,
        case when count(embodied_q95_g_co2e) = count(energy_q50_j) then sum(embodied_q95_g_co2e) end as g_embodied_q95,
        case when count(water_q05_ml) = count(energy_q50_j) then sum(water_q05_ml) end as water_ml_q05,
        case when count(water_q50_ml) = count(energy_q50_j) then sum(water_q50_ml) end as water_ml_q50,
        case when count(water_q95_ml) = count(energy_q50_j) then sum(water_q95_ml) end as water_ml_q95,
        coalesce(bool_and(evidence = 'measured_counter') filter (where energy_q50_j is not null), false) as is_measured,
        bool_or(is_simulated) as is_simulated,
        any_value(country) as country,
        max(factors_version) as factors_version
    from stg_ledger
    group by run_id, purpose
)

select * from totals;
comment on view mart_ledger_totals is 'One row per run and purpose: own shares added up, quantile by quantile, because their errors are shared.';
comment on column mart_ledger_totals.run_id is 'Run.';
comment on column mart_ledger_totals.purpose is 'What the cost was for.';
comment on column mart_ledger_totals.entry_count is 'Number of ledger entries.';
comment on column mart_ledger_totals.failed_count is 'Number of those that failed.';
comment on column mart_ledger_totals.killed_count is 'Number of those that were killed.';
comment on column mart_ledger_totals.unknown_count is 'Number of those that ran and whose energy is not known; the sums leave them out.';
comment on column mart_ledger_totals.cpu_s is 'CPU time (s).';
comment on column mart_ledger_totals.wall_s is 'Wall time (s).';
comment on column mart_ledger_totals.athlete_day_count is 'Athlete-days analysed, summed over the steps.';
comment on column mart_ledger_totals.e_it_q05 is 'Energy (J), processor only, lower end of the 90 % interval.';
comment on column mart_ledger_totals.e_it_q50 is 'Energy (J), processor only, middle.';
comment on column mart_ledger_totals.e_it_q95 is 'Energy (J), processor only, upper end.';
comment on column mart_ledger_totals.g_operational_q05 is 'Carbon of that energy (g CO2e); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_ledger_totals.g_operational_q50 is 'Carbon of that energy (g CO2e); null when a part of it is not known, middle.';
comment on column mart_ledger_totals.g_operational_q95 is 'Carbon of that energy (g CO2e); null when a part of it is not known, upper end.';
comment on column mart_ledger_totals.g_embodied_q05 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_ledger_totals.g_embodied_q50 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, middle.';
comment on column mart_ledger_totals.g_embodied_q95 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, upper end.';
comment on column mart_ledger_totals.water_ml_q05 is 'Water (mL); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_ledger_totals.water_ml_q50 is 'Water (mL); null when a part of it is not known, middle.';
comment on column mart_ledger_totals.water_ml_q95 is 'Water (mL); null when a part of it is not known, upper end.';
comment on column mart_ledger_totals.is_measured is 'True when the energy of every entry that has any was read from an energy counter.';
comment on column mart_ledger_totals.is_simulated is 'True when any of the work was on simulated athletes.';
comment on column mart_ledger_totals.country is 'Country stated for the grid (ISO 3166-1 alpha-3); null when none.';
comment on column mart_ledger_totals.factors_version is 'Version of the factors in use.';
