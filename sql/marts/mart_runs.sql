-- one row per run: finished ones, and those of which only ledger entries are left because they were killed
create or replace view mart_runs as
with billed as (
    select
        run_id,
        min(started_at_utc) as started_at_utc,
        max(ended_at_utc) as ended_at_utc,
        count(*) as entry_count,
        count(*) filter (where status = 'failed') as failed_count,
        count(*) filter (where status = 'killed') as killed_count,
        count(*) filter (where energy_q50_j is null and status <> 'not_run') as unknown_count,
        sum(own_cpu_s) as entries_cpu_s,
        sum(own_cpu_s) filter (where step_key in ('overhead', 'ending')) as overhead_cpu_s,
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
        bool_or(is_simulated) as is_simulated,
        any_value(country) as country,
        bool_and(evidence = 'measured_counter') filter (where energy_q50_j is not null) as is_counted,
        bool_and(purpose in ('ci', 'idle') and parent_entry_id is null and step_key not in ('overhead', 'ending')) as is_alone,
        list_sort(list_distinct(flatten(list(all_doubts)))) as doubts
    from stg_ledger
    group by run_id
),

walls as (
    select
        run_id,
        min_by(energy_j * (1 - accuracy_fraction), ended_at_utc - started_at_utc) as e_wall_q05,
        min_by(energy_j, ended_at_utc - started_at_utc) as e_wall_q50,
        min_by(energy_j * (1 + accuracy_fraction), ended_at_utc - started_at_utc) as e_wall_q95,
        min_by(scope, ended_at_utc - started_at_utc) as wall_scope,
        min_by(estimate_ratio, ended_at_utc - started_at_utc) as wall_ratio
    from stg_wall_readings
    where run_id is not null
    group by run_id
),

runs as (
    select
        coalesce(run_log.run_id, billed.run_id) as run_id,
        coalesce(run_log.started_at_utc, billed.started_at_utc) as started_at_utc,
        coalesce(run_log.ended_at_utc, billed.ended_at_utc) as ended_at_utc,
        case when run_log.run_id is null and billed.is_alone then 'metered' else run_log.trigger end as trigger,
        case
            when run_log.run_id is not null then run_log.status
            when not billed.is_alone or billed.killed_count > 0 then 'unfinished'
            when billed.failed_count > 0 then 'failed'
            else 'ok'
        end as status,
        run_log.squads,
        coalesce(run_log.country, billed.country) as country,
        coalesce(run_log.is_simulated, billed.is_simulated) as is_simulated,
        run_log.cpu_s,
        run_log.wall_s,
        run_log.metering_cpu_s,
        billed.entries_cpu_s,
        billed.overhead_cpu_s,
        billed.entry_count,
        billed.failed_count,
        billed.killed_count,
        billed.unknown_count,
        billed.e_it_q05,
        billed.e_it_q50,
        billed.e_it_q95,
        billed.g_operational_q05,
        billed.g_operational_q50,
        billed.g_operational_q95,
        billed.g_embodied_q05,
        billed.g_embodied_q50,
        billed.g_embodied_q95,
        billed.water_ml_q05,
        billed.water_ml_q50,
        billed.water_ml_q95,
        case
            when walls.run_id is not null then 'measured_meter'
            when billed.is_counted then 'measured_counter'
            when billed.e_it_q50 is not null then 'estimated_cpu_time'
            else 'not_assessed'
        end as evidence,
        walls.e_wall_q05,
        walls.e_wall_q50,
        walls.e_wall_q95,
        walls.wall_scope,
        walls.wall_ratio,
        billed.doubts,
        run_log.summary
    from run_log
    full join billed on run_log.run_id = billed.run_id
    left join walls on coalesce(run_log.run_id, billed.run_id) = walls.run_id
)

select * from runs;
comment on view mart_runs is 'One row per run: finished ones, and those of which only ledger entries are left because they were killed.';
comment on column mart_runs.run_id is 'Run.';
comment on column mart_runs.started_at_utc is 'Start (UTC).';
comment on column mart_runs.ended_at_utc is 'End (UTC); for an unfinished run the last sign of life.';
comment on column mart_runs.trigger is 'command_line, ui, or metered: a command that was metered on its own; null for an unfinished run.';
comment on column mart_runs.status is 'ok, partial, failed, or unfinished: killed or still under way.';
comment on column mart_runs.squads is 'Squads worked on.';
comment on column mart_runs.country is 'Country stated for the grid (ISO 3166-1 alpha-3); null when none.';
comment on column mart_runs.is_simulated is 'True when any athlete worked on is simulated.';
comment on column mart_runs.cpu_s is 'CPU time of the whole process and its children (s).';
comment on column mart_runs.wall_s is 'Wall time (s).';
comment on column mart_runs.metering_cpu_s is 'CPU time (s) of that which the meter itself took; null when not known.';
comment on column mart_runs.entries_cpu_s is 'CPU time (s) its ledger entries add up to.';
comment on column mart_runs.overhead_cpu_s is 'CPU time (s) of that outside every step: starting the program, the orchestrator, ending.';
comment on column mart_runs.entry_count is 'Number of ledger entries.';
comment on column mart_runs.failed_count is 'Number of those that failed.';
comment on column mart_runs.killed_count is 'Number of those that were killed.';
comment on column mart_runs.unknown_count is 'Number of those that ran and whose energy is not known; the sums leave them out.';
comment on column mart_runs.e_it_q05 is 'Energy (J), processor only, lower end of the 90 % interval.';
comment on column mart_runs.e_it_q50 is 'Energy (J), processor only, middle.';
comment on column mart_runs.e_it_q95 is 'Energy (J), processor only, upper end.';
comment on column mart_runs.g_operational_q05 is 'Carbon of that energy (g CO2e); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_runs.g_operational_q50 is 'Carbon of that energy (g CO2e); null when a part of it is not known, middle.';
comment on column mart_runs.g_operational_q95 is 'Carbon of that energy (g CO2e); null when a part of it is not known, upper end.';
comment on column mart_runs.g_embodied_q05 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_runs.g_embodied_q50 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, middle.';
comment on column mart_runs.g_embodied_q95 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, upper end.';
comment on column mart_runs.water_ml_q05 is 'Water (mL); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_runs.water_ml_q50 is 'Water (mL); null when a part of it is not known, middle.';
comment on column mart_runs.water_ml_q95 is 'Water (mL); null when a part of it is not known, upper end.';
comment on column mart_runs.evidence is 'Best way its energy is known: measured_meter (beside the estimate, never in its place), measured_counter, estimated_cpu_time or not_assessed.';
comment on column mart_runs.e_wall_q05 is 'Energy (J) by a meter at the wall, lower end of its accuracy; null without a reading that is of this run alone.';
comment on column mart_runs.e_wall_q50 is 'Energy (J) by a meter at the wall.';
comment on column mart_runs.e_wall_q95 is 'Energy (J) by a meter at the wall, upper end of its accuracy.';
comment on column mart_runs.wall_scope is 'above_idle: less what the machine draws at rest; whole_machine: with it. Null without a reading.';
comment on column mart_runs.wall_ratio is 'That energy above idle over the middle of the estimate (ratio); null without a reading, or without its idle power.';
comment on column mart_runs.doubts is 'Doubts about the meter by name, of any of its entries.';
comment on column mart_runs.summary is 'JSON: counts of what came in, what was set aside, what was built.';
