-- one row per ledger entry, killed ones included, under the column names of the published ledger
create or replace view mart_ledger as
with entries as (
    select
        entry_id,
        run_id,
        parent_entry_id,
        job_id,
        code_version,
        input_fingerprint as data_fingerprint,
        step_key,
        partition,
        attempt,
        rung,
        purpose,
        started_at_utc as started_utc,
        ended_at_utc as ended_utc,
        status,
        is_simulated,
        wall_s,
        own_wall_s as wall_s_own,
        cpu_self_s as cpu_s_self,
        cpu_children_s as cpu_s_children,
        own_cpu_s as cpu_s_own,
        foreign_cpu_s,
        foreign_cpu_s / nullif(cpu_s + foreign_cpu_s, 0) as foreign_share,
        load_start as load1_start,
        load_end as load1_end,
        peak_memory_bytes / 1e9 as peak_rss_gb,
        thread_count as threads,
        subject_count,
        evidence,
        method,
        case when tracker_status is not null then 'codecarbon' end as tracker,
        tracker_version,
        case when tracker_status is not null then 'process' end as tracking_mode,
        tracker_status,
        tracker_config_hash as tracker_config_sha,
        tracker_interval_s as sample_interval_s,
        tracker_sample_count as n_samples,
        tracker_setup_s,
        tracker_setup_cpu_s + tracker_own_cpu_s as tracker_cpu_s,
        tracker_said as codecarbon_raw,
        cpu_model,
        is_virtualised as virtualised,
        machine_thread_count as threads_total,
        watts_per_thread as tdp_w_per_thread,
        watts_source as tdp_source,
        case evidence when 'measured_counter' then 'idle_share' when 'estimated_cpu_time' then 'incremental' end as idle_policy,
        case evidence when 'measured_counter' then 'cpu_time_share' when 'estimated_cpu_time' then 'exclusive' end as attribution,
        energy_q05_j as e_it_q05,
        energy_q50_j as e_it_q50,
        energy_q95_j as e_it_q95,
        tracker_energy_j as crosscheck_j,
        crosscheck_ratio,
        is_meter_doubtful,
        pue_q50 as pue,
        pue_source,
        carbon_intensity_q05 as ci_g_kwh_q05,
        carbon_intensity_q50 as ci_g_kwh_q50,
        carbon_intensity_q95 as ci_g_kwh_q95,
        country as ci_zone,
        carbon_intensity_year as ci_year_or_ts,
        case when carbon_intensity_q50 is not null then 'annual_avg' end as ci_kind,
        carbon_intensity_source as ci_source,
        operational_q05_g_co2e as g_operational_q05,
        operational_q50_g_co2e as g_operational_q50,
        operational_q95_g_co2e as g_operational_q95,
        embodied_q05_g_co2e as g_embodied_q05,
        embodied_q50_g_co2e as g_embodied_q50,
        embodied_q95_g_co2e as g_embodied_q95,
        case when carbon_intensity_q50 is not null then embodied_source end as embodied_source,
        wue_site_q50 as wue_site,
        water_intensity_source as water_source,
        water_q05_ml as water_ml_q05,
        water_q50_ml as water_ml_q50,
        water_q95_ml as water_ml_q95,
        case when athlete_day_count is not null then 'athlete_day' end as r_unit,
        athlete_day_count as r_count,
        (operational_q05_g_co2e + embodied_q05_g_co2e) / nullif(athlete_day_count, 0) as sci_g_per_r_q05,
        (operational_q50_g_co2e + embodied_q50_g_co2e) / nullif(athlete_day_count, 0) as sci_g_per_r_q50,
        (operational_q95_g_co2e + embodied_q95_g_co2e) / nullif(athlete_day_count, 0) as sci_g_per_r_q95,
        factors_version,
        all_doubts as doubts,
        expected_cpu_s,
        expected_energy_q05_j as expected_e_it_q05,
        expected_energy_q50_j as expected_e_it_q50,
        expected_energy_q95_j as expected_e_it_q95,
        refused_by,
        overridden_by,
        note
    from stg_ledger
)

select * from entries;
comment on view mart_ledger is 'One row per ledger entry, killed ones included, under the column names of the published ledger.';
comment on column mart_ledger.entry_id is 'Identifier of the attempt.';
comment on column mart_ledger.run_id is 'Run.';
comment on column mart_ledger.parent_entry_id is 'Attempt it ran inside; null for a step of its own.';
comment on column mart_ledger.job_id is 'Model job it paid for; null for other steps.';
comment on column mart_ledger.code_version is 'Version of the program and of its definitions; null when not known.';
comment on column mart_ledger.data_fingerprint is 'Hash of what a model job was given, so that repeats are told from other work; null for other steps.';
comment on column mart_ledger.step_key is 'Step, as the orchestrator names it; for a model job model:task.';
comment on column mart_ledger.partition is 'Squad worked on; empty text when none.';
comment on column mart_ledger.attempt is 'Number of the attempt in the run, from 1.';
comment on column mart_ledger.rung is 'Rung of the model ladder; null for other steps.';
comment on column mart_ledger.purpose is 'What the cost was for.';
comment on column mart_ledger.started_utc is 'Start (UTC).';
comment on column mart_ledger.ended_utc is 'End (UTC); for a killed step the last sign of life, null when there was none.';
comment on column mart_ledger.status is 'ok, failed, killed, below_floor, tracker_failed or not_run.';
comment on column mart_ledger.is_simulated is 'True when the work was on simulated athletes.';
comment on column mart_ledger.wall_s is 'Wall time (s), steps inside it included.';
comment on column mart_ledger.wall_s_own is 'Wall time (s) without the steps inside it.';
comment on column mart_ledger.cpu_s_self is 'CPU time of the process itself (s).';
comment on column mart_ledger.cpu_s_children is 'CPU time of its children (s).';
comment on column mart_ledger.cpu_s_own is 'CPU time (s) of process and children without the steps inside it: what sums add up.';
comment on column mart_ledger.foreign_cpu_s is 'CPU time others used on the machine meanwhile (s).';
comment on column mart_ledger.foreign_share is 'Their share of the busy time (fraction).';
comment on column mart_ledger.load1_start is 'Mean number of busy threads of the machine over the minute before the start; null where the system keeps none.';
comment on column mart_ledger.load1_end is 'The same over the minute before the end.';
comment on column mart_ledger.peak_rss_gb is 'Peak resident memory of the process so far, of a model job since it began (GB).';
comment on column mart_ledger.threads is 'Threads the step was allowed.';
comment on column mart_ledger.subject_count is 'Number of files, subjects, athletes or pages it worked on.';
comment on column mart_ledger.evidence is 'measured_counter, estimated_cpu_time or not_assessed: how the energy is known.';
comment on column mart_ledger.method is 'Meter used.';
comment on column mart_ledger.tracker is 'Second meter, where one ran.';
comment on column mart_ledger.tracker_version is 'Its version.';
comment on column mart_ledger.tracking_mode is 'Its mode: only the process is billed, not the machine.';
comment on column mart_ledger.tracker_status is 'ok, below_floor or tracker_failed.';
comment on column mart_ledger.tracker_config_sha is 'Hash of the settings it ran with; null where it did not run.';
comment on column mart_ledger.sample_interval_s is 'Seconds between its samples (s); null where it did not run.';
comment on column mart_ledger.n_samples is 'Number of its samples; null where it did not run.';
comment on column mart_ledger.tracker_setup_s is 'Wall time it took to start (s); null where it did not run.';
comment on column mart_ledger.tracker_cpu_s is 'CPU time the second meter itself took, start and samples (s); null when not known.';
comment on column mart_ledger.codecarbon_raw is 'JSON: its figures as it gave them, in its own units, whatever they are worth; null when it gave none.';
comment on column mart_ledger.cpu_model is 'CPU as the operating system names it.';
comment on column mart_ledger.virtualised is 'True when a hypervisor is seen; null when not known.';
comment on column mart_ledger.threads_total is 'Hardware threads of the machine.';
comment on column mart_ledger.tdp_w_per_thread is 'Power per busy thread assumed (W).';
comment on column mart_ledger.tdp_source is 'Where that number is from: user, table or per_thread_default.';
comment on column mart_ledger.idle_policy is 'incremental: only what the work added; idle_share: with a share of what the processor draws at rest. Null when not assessed.';
comment on column mart_ledger.attribution is 'exclusive: CPU time of the step alone; cpu_time_share: a reading of the whole processor, shared by CPU time. Null when not assessed.';
comment on column mart_ledger.e_it_q05 is 'Own energy (J), lower end of the 90 % interval; processor only.';
comment on column mart_ledger.e_it_q50 is 'Own energy (J), middle.';
comment on column mart_ledger.e_it_q95 is 'Own energy (J), upper end of the 90 % interval.';
comment on column mart_ledger.crosscheck_j is 'Energy CodeCarbon reported for the CPU (J); null when failed or below its floor.';
comment on column mart_ledger.crosscheck_ratio is 'That over the CPU time while CodeCarbon ran times watts per thread (fraction).';
comment on column mart_ledger.is_meter_doubtful is 'True when the two disagree beyond the band in the factors.';
comment on column mart_ledger.pue is 'Energy of the site over that of the machine (ratio); 1 for a machine at home, stated.';
comment on column mart_ledger.pue_source is 'Where that ratio is from.';
comment on column mart_ledger.ci_g_kwh_q05 is 'Carbon intensity of the grid (g CO2e/kWh), lower end.';
comment on column mart_ledger.ci_g_kwh_q50 is 'Carbon intensity of the grid (g CO2e/kWh), middle.';
comment on column mart_ledger.ci_g_kwh_q95 is 'Carbon intensity of the grid (g CO2e/kWh), upper end.';
comment on column mart_ledger.ci_zone is 'Country stated for the grid (ISO 3166-1 alpha-3); null when none.';
comment on column mart_ledger.ci_year_or_ts is 'Year of that figure.';
comment on column mart_ledger.ci_kind is 'annual_avg: average of the country over a year, by place; certificates and offsets are not counted.';
comment on column mart_ledger.ci_source is 'Where it is from.';
comment on column mart_ledger.g_operational_q05 is 'Carbon of the own energy (g CO2e), lower end; null without a country.';
comment on column mart_ledger.g_operational_q50 is 'Carbon of the own energy (g CO2e), middle.';
comment on column mart_ledger.g_operational_q95 is 'Carbon of the own energy (g CO2e), upper end.';
comment on column mart_ledger.g_embodied_q05 is 'Share of the carbon of making the machine (g CO2e), lower end; null without a country.';
comment on column mart_ledger.g_embodied_q50 is 'Share of the carbon of making the machine (g CO2e), middle.';
comment on column mart_ledger.g_embodied_q95 is 'Share of the carbon of making the machine (g CO2e), upper end.';
comment on column mart_ledger.embodied_source is 'Where that share is from.';
comment on column mart_ledger.wue_site is 'Water used at the site itself (L/kWh of the machine); 0 for a machine at home, stated.';
comment on column mart_ledger.water_source is 'Where the water factor is from; null when there is none for the country.';
comment on column mart_ledger.water_ml_q05 is 'Water (mL), lower end; null without a country or a factor.';
comment on column mart_ledger.water_ml_q50 is 'Water (mL), middle.';
comment on column mart_ledger.water_ml_q95 is 'Water (mL), upper end.';
comment on column mart_ledger.r_unit is 'Unit of the rate below.';
comment on column mart_ledger.r_count is 'Number of athlete-days it analysed; null where that has no meaning.';
comment on column mart_ledger.sci_g_per_r_q05 is 'Carbon, operational and embodied (g CO2e), per athlete-day, lower end.';
comment on column mart_ledger.sci_g_per_r_q50 is 'Carbon per athlete-day (g CO2e), middle.';
comment on column mart_ledger.sci_g_per_r_q95 is 'Carbon per athlete-day (g CO2e), upper end.';
comment on column mart_ledger.factors_version is 'Version of the factors these figures were made with.';
comment on column mart_ledger.doubts is 'Doubts about the meter by name, those that the factors in use bring up included; empty when none.';
comment on column mart_ledger.expected_cpu_s is 'CPU time (s) a model job was expected to take before it began; null where nobody asked, or nothing was known.';
comment on column mart_ledger.expected_e_it_q05 is 'Energy of that CPU time (J), lower end of the 90 % interval.';
comment on column mart_ledger.expected_e_it_q50 is 'Energy of that CPU time (J), middle.';
comment on column mart_ledger.expected_e_it_q95 is 'Energy of that CPU time (J), upper end.';
comment on column mart_ledger.refused_by is 'What kept a model job from running: night budget, month budget or retirement; null where nothing did.';
comment on column mart_ledger.overridden_by is 'Who let a model job run that the budget would have refused: login name and way in; null where nobody had to.';
comment on column mart_ledger.note is 'What there is to say about the meter in words, one line; empty when nothing.';
