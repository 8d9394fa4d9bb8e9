-- one row per ledger entry, with its own share where steps ran inside it, and what that means in energy, carbon and water.
-- Errors of one machine and method are shared, so quantiles multiply by quantiles here and add up in sums.
create or replace view stg_ledger as
with in_use as (
    select *
    from factors
    where load_index = (select max(newest.load_index) from factors as newest)
),

inner_steps as (
    select
        parent_entry_id,
        sum(coalesce(cpu_self_s, 0) + coalesce(cpu_children_s, 0)) as cpu_s,
        sum(coalesce(wall_s, 0)) as wall_s
    from ledger_entries
    where parent_entry_id is not null
    group by parent_entry_id
),

shares as (
    select
        ledger_entries.*,
        ledger_entries.cpu_self_s + ledger_entries.cpu_children_s as cpu_s,
        ledger_entries.cpu_self_s + ledger_entries.cpu_children_s
        - least(coalesce(inner_steps.cpu_s, 0), ledger_entries.cpu_self_s + ledger_entries.cpu_children_s) as own_cpu_s,
        ledger_entries.wall_s - least(coalesce(inner_steps.wall_s, 0), ledger_entries.wall_s) as own_wall_s
    from ledger_entries
    left join inner_steps on ledger_entries.entry_id = inner_steps.parent_entry_id
),

powered as (
    select
        shares.*,
        case
            when shares.evidence = 'measured_counter'
                then shares.counter_energy_j * shares.own_cpu_s / nullif(shares.cpu_s + shares.foreign_cpu_s, 0)
            when shares.evidence = 'estimated_cpu_time'
                then shares.own_cpu_s * shares.watts_per_thread
        end as base_energy_j,
        shares.tracker_energy_j / nullif(shares.tracker_cpu_s * shares.watts_per_thread, 0) as crosscheck_ratio,
        case when shares.evidence = 'measured_counter' then 'counter' else shares.watts_source end as energy_zone
    from shares
),

factored as (
    select
        powered.*,
        powered.base_energy_j * energy.q05 as energy_q05_j,
        powered.base_energy_j * energy.q50 as energy_q50_j,
        powered.base_energy_j * energy.q95 as energy_q95_j,
        not powered.crosscheck_ratio between crosscheck.q05 and crosscheck.q95 as is_meter_doubtful,
        grid.q05 as carbon_intensity_q05,
        grid.q50 as carbon_intensity_q50,
        grid.q95 as carbon_intensity_q95,
        grid.valid_year as carbon_intensity_year,
        grid.source as carbon_intensity_source,
        water.q05 as water_intensity_q05,
        water.q50 as water_intensity_q50,
        water.q95 as water_intensity_q95,
        water.source as water_intensity_source,
        case when grid.zone is not null then powered.own_wall_s * embodied.q05 end as embodied_q05_g_co2e,
        case when grid.zone is not null then powered.own_wall_s * embodied.q50 end as embodied_q50_g_co2e,
        case when grid.zone is not null then powered.own_wall_s * embodied.q95 end as embodied_q95_g_co2e,
        embodied.source as embodied_source,
        energy.source as energy_source,
        energy.factors_version
    from powered
    left join in_use as energy
        on energy.kind = 'energy_per_cpu_second' and powered.energy_zone = energy.zone
    left join in_use as crosscheck
        on crosscheck.kind = 'energy_per_cpu_second' and crosscheck.zone = 'crosscheck'
    left join in_use as grid
        on grid.kind = 'grid' and grid.quantity = 'carbon_intensity' and powered.country = grid.zone
    left join in_use as water
        on water.kind = 'water' and water.quantity = 'water_intensity' and powered.country = water.zone
    left join in_use as embodied
        on embodied.kind = 'embodied' and embodied.quantity = 'per_machine_second'
)

select
    factored.*,
    factored.energy_q05_j / 3600000 * factored.carbon_intensity_q05 as operational_q05_g_co2e,
    factored.energy_q50_j / 3600000 * factored.carbon_intensity_q50 as operational_q50_g_co2e,
    factored.energy_q95_j / 3600000 * factored.carbon_intensity_q95 as operational_q95_g_co2e,
    factored.energy_q05_j / 3600 * factored.water_intensity_q05 as water_q05_ml,
    factored.energy_q50_j / 3600 * factored.water_intensity_q50 as water_q50_ml,
    factored.energy_q95_j / 3600 * factored.water_intensity_q95 as water_q95_ml
from factored;
comment on view stg_ledger is 'One row per ledger entry, with its own share where steps ran inside it, and its energy, carbon and water.';
comment on column stg_ledger.cpu_s is 'CPU time of the process and its children (s), steps inside it included.';
comment on column stg_ledger.own_cpu_s is 'CPU time (s) without the steps inside it; null when not known.';
comment on column stg_ledger.own_wall_s is 'Wall time (s) without the steps inside it; null when not known.';
comment on column stg_ledger.base_energy_j is 'Energy (J) before the ratio of its method: counter reading shared by CPU time, or CPU time times watts per thread.';
comment on column stg_ledger.crosscheck_ratio is 'What CodeCarbon reported over the CPU time while it ran times watts per thread (fraction); null where it did not run.';
comment on column stg_ledger.is_meter_doubtful is 'True when that ratio is outside the band of factors; null where there is none.';
comment on column stg_ledger.energy_q05_j is 'Own energy (J), lower end of the 90 % interval.';
comment on column stg_ledger.energy_q50_j is 'Own energy (J), middle.';
comment on column stg_ledger.energy_q95_j is 'Own energy (J), upper end.';
comment on column stg_ledger.operational_q50_g_co2e is 'Carbon of the own energy (g CO2e), middle; null without a country.';
comment on column stg_ledger.embodied_q50_g_co2e is 'Share of the carbon of making the machine (g CO2e), by own wall time; null without a country, so that it is never taken for the whole.';
comment on column stg_ledger.water_q50_ml is 'Water where the electricity is made (mL), middle; null without a country or a factor for it.';
comment on column stg_ledger.factors_version is 'Version of the factors in use.';
