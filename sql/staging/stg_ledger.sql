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
        powered.expected_cpu_s * powered.watts_per_thread * energy.q05 as expected_energy_q05_j,
        powered.expected_cpu_s * powered.watts_per_thread * energy.q50 as expected_energy_q50_j,
        powered.expected_cpu_s * powered.watts_per_thread * energy.q95 as expected_energy_q95_j,
        not powered.crosscheck_ratio between crosscheck.q05 and crosscheck.q95 as is_meter_doubtful,
        pue.q05 as pue_q05,
        pue.q50 as pue_q50,
        pue.q95 as pue_q95,
        pue.source as pue_source,
        wue_site.q05 as wue_site_q05,
        wue_site.q50 as wue_site_q50,
        wue_site.q95 as wue_site_q95,
        wue_site.source as wue_site_source,
        list_concat(
            coalesce(powered.doubts, []),
            case
                when not powered.crosscheck_ratio between crosscheck.q05 and crosscheck.q95 then ['meters_disagree']
                else []
            end,
            case
                when powered.own_cpu_s is null then []
                when powered.country is null then ['country_missing']
                when grid.zone is null then ['country_wrong']
                else []
            end
        ) as all_doubts,
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
    left join in_use as pue
        on pue.kind = 'site' and pue.quantity = 'pue'
    left join in_use as wue_site
        on wue_site.kind = 'site' and wue_site.quantity = 'wue_site'
)

select
    factored.*,
    factored.energy_q05_j * factored.pue_q05 / 3600000 * factored.carbon_intensity_q05 as operational_q05_g_co2e,
    factored.energy_q50_j * factored.pue_q50 / 3600000 * factored.carbon_intensity_q50 as operational_q50_g_co2e,
    factored.energy_q95_j * factored.pue_q95 / 3600000 * factored.carbon_intensity_q95 as operational_q95_g_co2e,
    factored.energy_q05_j / 3600 * (factored.wue_site_q05 + factored.pue_q05 * factored.water_intensity_q05) as water_q05_ml,
    factored.energy_q50_j / 3600 * (factored.wue_site_q50 + factored.pue_q50 * factored.water_intensity_q50) as water_q50_ml,
    factored.energy_q95_j / 3600 * (factored.wue_site_q95 + factored.pue_q95 * factored.water_intensity_q95) as water_q95_ml
from factored;
comment on view stg_ledger is 'One row per ledger entry, with its own share where steps ran inside it, and its energy, carbon and water.';
comment on column stg_ledger.entry_id is 'Identifier of the attempt.';
comment on column stg_ledger.run_id is 'Run.';
comment on column stg_ledger.parent_entry_id is 'Attempt it ran inside, whose figures contain its own; null for a step of its own. Sums use the own share only.';
comment on column stg_ledger.step_key is 'Step, as the orchestrator names it; for a model job model:task.';
comment on column stg_ledger.partition is 'Squad worked on; empty text when none.';
comment on column stg_ledger.attempt is 'Number of the attempt in the run, from 1.';
comment on column stg_ledger.purpose is 'What the cost was for.';
comment on column stg_ledger.rung is 'Rung of the model ladder; null for other steps.';
comment on column stg_ledger.job_id is 'Model job it paid for, failed attempts included; null for other steps.';
comment on column stg_ledger.code_version is 'Version of the program and of its definitions; null when not known.';
comment on column stg_ledger.input_fingerprint is 'Hash of what a model job was given, so that repeats are told from other work; null for other steps.';
comment on column stg_ledger.expected_cpu_s is 'CPU time (s) a model job was expected to take before it began; null where nobody asked, or nothing was known.';
comment on column stg_ledger.expected_energy_q05_j is 'Energy (J) of that CPU time: lower end of the 90 % interval.';
comment on column stg_ledger.expected_energy_q50_j is 'Energy (J) of that CPU time: middle.';
comment on column stg_ledger.expected_energy_q95_j is 'Energy (J) of that CPU time: upper end.';
comment on column stg_ledger.refused_by is 'What kept a model job from running: night budget, month budget or retirement; null where nothing did.';
comment on column stg_ledger.overridden_by is 'Who let a model job run that the budget would have refused: login name and way in; null where nobody had to.';
comment on column stg_ledger.started_at_utc is 'Start (UTC).';
comment on column stg_ledger.ended_at_utc is 'End (UTC); for a killed step the last sign of life, null when there was none.';
comment on column stg_ledger.status is 'ok, failed, killed, below_floor, tracker_failed or not_run.';
comment on column stg_ledger.is_simulated is 'True when the work was on simulated athletes.';
comment on column stg_ledger.wall_s is 'Wall time (s); null when not known.';
comment on column stg_ledger.cpu_self_s is 'CPU time of the process itself (s); null when not known.';
comment on column stg_ledger.cpu_children_s is 'CPU time of its ended children (s); null when not known.';
comment on column stg_ledger.foreign_cpu_s is 'CPU time others used on the machine meanwhile (s); null when not known.';
comment on column stg_ledger.load_start is 'Mean number of busy threads of the machine over the minute before the start; null where the system keeps none.';
comment on column stg_ledger.load_end is 'The same over the minute before the end.';
comment on column stg_ledger.peak_memory_bytes is 'Peak resident memory of the process so far, of a model job since it began (bytes); null when not known.';
comment on column stg_ledger.thread_count is 'Threads the step was allowed.';
comment on column stg_ledger.subject_count is 'Number of files, subjects, athletes or pages it worked on.';
comment on column stg_ledger.athlete_day_count is 'Number of athlete-days it analysed; null where that has no meaning.';
comment on column stg_ledger.evidence is 'measured_counter, estimated_cpu_time or not_assessed: how the energy is known.';
comment on column stg_ledger.method is 'Meter used, such as getrusage or rapl.';
comment on column stg_ledger.tracker_version is 'Version of CodeCarbon where it metered the step; else null.';
comment on column stg_ledger.cpu_model is 'CPU as the operating system names it.';
comment on column stg_ledger.is_virtualised is 'True when a hypervisor is seen; null when not known.';
comment on column stg_ledger.machine_thread_count is 'Hardware threads of the machine.';
comment on column stg_ledger.watts_per_thread is 'Power per busy thread assumed (W).';
comment on column stg_ledger.watts_source is 'Where that number is from: user, table or per_thread_default.';
comment on column stg_ledger.country is 'Country stated for the grid (ISO 3166-1 alpha-3); null when none.';
comment on column stg_ledger.tracker_energy_j is 'Energy CodeCarbon reported for CPU (J); null when failed or below its floor.';
comment on column stg_ledger.tracker_cpu_s is 'CPU time of the process while CodeCarbon ran (s); null where it did not.';
comment on column stg_ledger.tracker_status is 'ok, below_floor, tracker_failed; null where CodeCarbon did not run.';
comment on column stg_ledger.tracker_config_hash is 'Hash of the settings CodeCarbon ran with; null where it did not run.';
comment on column stg_ledger.tracker_interval_s is 'Seconds between its samples (s); null where it did not run.';
comment on column stg_ledger.tracker_sample_count is 'Number of its samples; null where it did not run.';
comment on column stg_ledger.tracker_setup_s is 'Wall time it took to start (s); null where it did not run.';
comment on column stg_ledger.tracker_setup_cpu_s is 'CPU time it took to start (s); null where it did not run.';
comment on column stg_ledger.tracker_own_cpu_s is 'CPU time of its own samples (s), part of what it metered; null when not known.';
comment on column stg_ledger.tracker_said is 'JSON: its figures as it gave them, in its own units, whatever they are worth; null when it gave none.';
comment on column stg_ledger.doubts is 'Doubts about the meter that were raised when the row was made; null or empty when none.';
comment on column stg_ledger.counter_energy_j is 'Energy read from the RAPL counter (J); null where there is none.';
comment on column stg_ledger.note is 'What there is to say about the meter in words, one line; empty when nothing.';
comment on column stg_ledger.cpu_s is 'CPU time of the process and its children (s), steps inside it included.';
comment on column stg_ledger.own_cpu_s is 'CPU time (s) without the steps inside it; null when not known.';
comment on column stg_ledger.own_wall_s is 'Wall time (s) without the steps inside it; null when not known.';
comment on column stg_ledger.base_energy_j is 'Energy (J) before the ratio of its method: counter reading shared by CPU time, or CPU time times watts per thread.';
comment on column stg_ledger.crosscheck_ratio is 'What CodeCarbon reported over the CPU time while it ran times watts per thread (fraction); null where it did not run.';
comment on column stg_ledger.energy_zone is 'Row of the energy factors used: counter, or the source of the watts.';
comment on column stg_ledger.energy_q05_j is 'Own energy (J): lower end of the 90 % interval.';
comment on column stg_ledger.energy_q50_j is 'Own energy (J): middle.';
comment on column stg_ledger.energy_q95_j is 'Own energy (J): upper end.';
comment on column stg_ledger.is_meter_doubtful is 'True when that ratio is outside the band of factors; null where there is none.';
comment on column stg_ledger.pue_q05 is 'Energy of the site over that of the machine (ratio): lower end of the 90 % interval.';
comment on column stg_ledger.pue_q50 is 'Energy of the site over that of the machine (ratio): middle.';
comment on column stg_ledger.pue_q95 is 'Energy of the site over that of the machine (ratio): upper end.';
comment on column stg_ledger.pue_source is 'Where that ratio is from.';
comment on column stg_ledger.wue_site_q05 is 'Water used at the site itself (L/kWh of the machine): lower end of the 90 % interval.';
comment on column stg_ledger.wue_site_q50 is 'Water used at the site itself (L/kWh of the machine): middle.';
comment on column stg_ledger.wue_site_q95 is 'Water used at the site itself (L/kWh of the machine): upper end.';
comment on column stg_ledger.wue_site_source is 'Where that water factor is from.';
comment on column stg_ledger.all_doubts is 'Doubts about the meter by name: those of the row, then those that the factors in use bring up.';
comment on column stg_ledger.carbon_intensity_q05 is 'Carbon intensity of the grid (g CO2e/kWh): lower end of the 90 % interval.';
comment on column stg_ledger.carbon_intensity_q50 is 'Carbon intensity of the grid (g CO2e/kWh): middle.';
comment on column stg_ledger.carbon_intensity_q95 is 'Carbon intensity of the grid (g CO2e/kWh): upper end.';
comment on column stg_ledger.carbon_intensity_year is 'Year of the carbon intensity.';
comment on column stg_ledger.carbon_intensity_source is 'Where the carbon intensity is from.';
comment on column stg_ledger.water_intensity_q05 is 'Water factor of the country (L/kWh): lower end of the 90 % interval.';
comment on column stg_ledger.water_intensity_q50 is 'Water factor of the country (L/kWh): middle.';
comment on column stg_ledger.water_intensity_q95 is 'Water factor of the country (L/kWh): upper end.';
comment on column stg_ledger.water_intensity_source is 'Where the water factor is from; null when there is none for the country.';
comment on column stg_ledger.embodied_q05_g_co2e is 'Share of the carbon of making the machine (g CO2e), by own wall time; null without a country: lower end of the 90 % interval.';
comment on column stg_ledger.embodied_q50_g_co2e is 'Share of the carbon of making the machine (g CO2e), by own wall time; null without a country: middle.';
comment on column stg_ledger.embodied_q95_g_co2e is 'Share of the carbon of making the machine (g CO2e), by own wall time; null without a country: upper end.';
comment on column stg_ledger.embodied_source is 'Where the share of making the machine is from.';
comment on column stg_ledger.energy_source is 'Where the ratio of the method is from.';
comment on column stg_ledger.factors_version is 'Version of the factors in use.';
comment on column stg_ledger.operational_q05_g_co2e is 'Carbon of the own energy (g CO2e); null without a country: lower end of the 90 % interval.';
comment on column stg_ledger.operational_q50_g_co2e is 'Carbon of the own energy (g CO2e); null without a country: middle.';
comment on column stg_ledger.operational_q95_g_co2e is 'Carbon of the own energy (g CO2e); null without a country: upper end.';
comment on column stg_ledger.water_q05_ml is 'Water where the electricity is made (mL); null without a country or a factor for it: lower end of the 90 % interval.';
comment on column stg_ledger.water_q50_ml is 'Water where the electricity is made (mL); null without a country or a factor for it: middle.';
comment on column stg_ledger.water_q95_ml is 'Water where the electricity is made (mL); null without a country or a factor for it: upper end.';
