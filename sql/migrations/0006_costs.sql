-- What it cost. Raw rows are append-only; energy, carbon and water are views over versioned factors.

create table run_log (
    run_id varchar primary key,
    started_at_utc timestamptz not null,
    ended_at_utc timestamptz not null,
    trigger varchar not null,
    status varchar not null,
    squads varchar[] not null,
    country varchar,
    is_simulated boolean not null,
    cpu_s double not null,
    wall_s double not null,
    metering_cpu_s double,
    summary varchar not null
);
comment on table run_log is 'One row per finished run, from the command line or the UI.';
comment on column run_log.run_id is 'Identifier of the run, shared with the orchestrator''s own history.';
comment on column run_log.started_at_utc is 'Start (UTC).';
comment on column run_log.ended_at_utc is 'End (UTC).';
comment on column run_log.trigger is 'command_line or ui.';
comment on column run_log.status is 'ok, partial (something was set aside) or failed.';
comment on column run_log.squads is 'Squads worked on.';
comment on column run_log.country is 'Country stated for the grid (ISO 3166-1 alpha-3); null when none.';
comment on column run_log.is_simulated is 'True when any athlete worked on is simulated.';
comment on column run_log.cpu_s is 'CPU time of the whole process and its children (s).';
comment on column run_log.wall_s is 'Wall time (s).';
comment on column run_log.metering_cpu_s is 'CPU time (s) of that which the meter itself took; null when not known.';
comment on column run_log.summary is 'JSON: counts of what came in, what was set aside, what was built.';

create table ledger_entries (
    entry_id varchar primary key,
    run_id varchar not null,
    parent_entry_id varchar,
    step_key varchar not null,
    partition varchar not null,
    attempt integer not null,
    purpose varchar not null check (purpose in ('ingest', 'judge', 'observe', 'train', 'backtest', 'predict', 'publish', 'idle', 'ci')),
    rung varchar,
    job_id varchar,
    code_version varchar,
    input_fingerprint varchar,
    started_at_utc timestamptz not null,
    ended_at_utc timestamptz,
    status varchar not null check (status in ('ok', 'failed', 'killed', 'below_floor', 'tracker_failed', 'not_run')),
    is_simulated boolean not null,
    wall_s double,
    cpu_self_s double,
    cpu_children_s double,
    foreign_cpu_s double,
    load_start double,
    load_end double,
    peak_memory_bytes bigint,
    thread_count integer,
    subject_count integer,
    athlete_day_count integer,
    evidence varchar not null,
    method varchar not null,
    tracker_version varchar,
    cpu_model varchar,
    is_virtualised boolean,
    machine_thread_count integer,
    watts_per_thread double,
    watts_source varchar,
    country varchar,
    tracker_energy_j double,
    tracker_cpu_s double,
    tracker_status varchar,
    tracker_config_hash varchar,
    tracker_interval_s double,
    tracker_sample_count integer,
    tracker_setup_s double,
    tracker_setup_cpu_s double,
    tracker_own_cpu_s double,
    tracker_said varchar,
    counter_energy_j double,
    doubts varchar[],
    note varchar not null,
    expected_cpu_s double,
    refused_by varchar,
    overridden_by varchar
);
comment on table ledger_entries is 'One row per attempt at a step, killed ones included. Append-only.';
comment on column ledger_entries.entry_id is 'Identifier of the attempt.';
comment on column ledger_entries.run_id is 'Run.';
comment on column ledger_entries.parent_entry_id is 'Attempt it ran inside, whose figures contain its own; null for a step of its own. Sums use the own share only.';
comment on column ledger_entries.step_key is 'Step, as the orchestrator names it; for a model job model:task.';
comment on column ledger_entries.partition is 'Squad worked on; empty text when none.';
comment on column ledger_entries.attempt is 'Number of the attempt in the run, from 1.';
comment on column ledger_entries.purpose is 'What the cost was for.';
comment on column ledger_entries.rung is 'Rung of the model ladder; null for other steps.';
comment on column ledger_entries.job_id is 'Model job it paid for, failed attempts included; null for other steps.';
comment on column ledger_entries.code_version is 'Version of the program and of its definitions; null when not known.';
comment on column ledger_entries.input_fingerprint is 'Hash of what a model job was given, so that repeats are told from other work; null for other steps.';
comment on column ledger_entries.started_at_utc is 'Start (UTC).';
comment on column ledger_entries.ended_at_utc is 'End (UTC); for a killed step the last sign of life, null when there was none.';
comment on column ledger_entries.status is 'ok, failed, killed, below_floor, tracker_failed or not_run.';
comment on column ledger_entries.is_simulated is 'True when the work was on simulated athletes.';
comment on column ledger_entries.wall_s is 'Wall time (s); null when not known.';
comment on column ledger_entries.cpu_self_s is 'CPU time of the process itself (s); null when not known.';
comment on column ledger_entries.cpu_children_s is 'CPU time of its ended children (s); null when not known.';
comment on column ledger_entries.foreign_cpu_s is 'CPU time others used on the machine meanwhile (s); null when not known.';
comment on column ledger_entries.load_start is 'Mean number of busy threads of the machine over the minute before the start; null where the system keeps none.';
comment on column ledger_entries.load_end is 'The same over the minute before the end.';
comment on column ledger_entries.peak_memory_bytes is 'Peak resident memory of the process so far, of a model job since it began (bytes); null when not known.';
comment on column ledger_entries.thread_count is 'Threads the step was allowed.';
comment on column ledger_entries.subject_count is 'Number of files, subjects, athletes or pages it worked on.';
comment on column ledger_entries.athlete_day_count is 'Number of athlete-days it analysed; null where that has no meaning.';
comment on column ledger_entries.evidence is 'measured_counter, estimated_cpu_time or not_assessed: how the energy is known.';
comment on column ledger_entries.method is 'Meter used, such as getrusage or rapl.';
comment on column ledger_entries.tracker_version is 'Version of CodeCarbon where it metered the step; else null.';
comment on column ledger_entries.cpu_model is 'CPU as the operating system names it.';
comment on column ledger_entries.is_virtualised is 'True when a hypervisor is seen; null when not known.';
comment on column ledger_entries.machine_thread_count is 'Hardware threads of the machine.';
comment on column ledger_entries.watts_per_thread is 'Power per busy thread assumed (W).';
comment on column ledger_entries.watts_source is 'Where that number is from: user, table or per_thread_default.';
comment on column ledger_entries.country is 'Country stated for the grid (ISO 3166-1 alpha-3); null when none.';
comment on column ledger_entries.tracker_energy_j is 'Energy CodeCarbon reported for CPU (J); null when failed or below its floor.';
comment on column ledger_entries.tracker_cpu_s is 'CPU time of the process while CodeCarbon ran (s); null where it did not.';
comment on column ledger_entries.tracker_status is 'ok, below_floor, tracker_failed; null where CodeCarbon did not run.';
comment on column ledger_entries.tracker_config_hash is 'Hash of the settings CodeCarbon ran with; null where it did not run.';
comment on column ledger_entries.tracker_interval_s is 'Seconds between its samples (s); null where it did not run.';
comment on column ledger_entries.tracker_sample_count is 'Number of its samples; null where it did not run.';
comment on column ledger_entries.tracker_setup_s is 'Wall time it took to start (s); null where it did not run.';
comment on column ledger_entries.tracker_setup_cpu_s is 'CPU time it took to start (s); null where it did not run.';
comment on column ledger_entries.tracker_own_cpu_s is 'CPU time of its own samples (s), part of what it metered; null when not known.';
comment on column ledger_entries.tracker_said is 'JSON: its figures as it gave them, in its own units, whatever they are worth; null when it gave none.';
comment on column ledger_entries.counter_energy_j is 'Energy read from the RAPL counter (J); null where there is none.';
comment on column ledger_entries.doubts is 'Doubts about the meter by name, in order; null or empty when none.';
comment on column ledger_entries.note is 'What there is to say about the meter in words, one line; empty when nothing.';
comment on column ledger_entries.expected_cpu_s is 'CPU time (s) a model job was expected to take before it began; null where nobody asked, or nothing was known.';
comment on column ledger_entries.refused_by is 'What kept a model job from running: night budget, month budget or retirement; null where nothing did.';
comment on column ledger_entries.overridden_by is 'Who let a model job run that the budget would have refused: login name and way in; null where nobody had to.';

create table step_shares (
    entry_id varchar not null,
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_count integer not null,
    share_fraction double not null,
    primary key (entry_id, athlete_id, subject_kind)
);
comment on table step_shares is 'One row per ledger entry, athlete and kind of subject the step worked on: who is billed for how much of it.';
comment on column step_shares.entry_id is 'Ledger entry.';
comment on column step_shares.athlete_id is 'Athlete whose subjects they are.';
comment on column step_shares.subject_kind is 'source_file, activity, beat_series, athlete, athlete_day or page.';
comment on column step_shares.subject_count is 'Number of those subjects.';
comment on column step_shares.share_fraction is 'Share of the step (fraction): files by size where they are read or loaded, else by number of subjects.';

create table wall_readings (
    reading_id varchar primary key,
    started_at_utc timestamptz not null,
    ended_at_utc timestamptz not null,
    energy_wh double not null,
    accuracy_fraction double not null,
    idle_w double,
    meter varchar not null,
    source_name varchar not null,
    entered_at_utc timestamptz not null
);
comment on table wall_readings is 'One row per reading of a meter at the wall, entered by hand. Append-only.';
comment on column wall_readings.reading_id is 'Hash of the reading: the same one entered twice is one.';
comment on column wall_readings.started_at_utc is 'Start of what was metered (UTC).';
comment on column wall_readings.ended_at_utc is 'End of it (UTC).';
comment on column wall_readings.energy_wh is 'Energy of the whole machine in that time (Wh).';
comment on column wall_readings.accuracy_fraction is 'Accuracy of the meter as entered (fraction of the reading, either way).';
comment on column wall_readings.idle_w is 'Power of the machine with nothing to do, by the same meter (W); null when not known.';
comment on column wall_readings.meter is 'What the meter is called; empty text when not said.';
comment on column wall_readings.source_name is 'File it was entered from.';
comment on column wall_readings.entered_at_utc is 'When it was entered (UTC).';

create table factors (
    factors_version varchar not null,
    load_index integer not null,
    kind varchar not null,
    zone varchar not null,
    quantity varchar not null,
    q05 double,
    q50 double,
    q95 double,
    unit varchar not null,
    valid_year smallint,
    source varchar not null,
    primary key (factors_version, kind, zone, quantity)
);
comment on table factors is 'One row per factor that turns CPU time into energy, carbon and water.';
comment on column factors.factors_version is 'Hash of the factor files.';
comment on column factors.load_index is 'Number of the loading, from 0; the version with the highest one is in use.';
comment on column factors.kind is 'energy_per_cpu_second, grid, water, site, embodied, timing or language_model.';
comment on column factors.zone is 'Country (ISO 3166-1 alpha-3), WOR for the world, source of the watts, publication, or empty text.';
comment on column factors.quantity is 'What it is a factor for, such as carbon_intensity.';
comment on column factors.q05 is 'Lower end of the 90 % interval, in the unit of the row.';
comment on column factors.q50 is 'Middle, in the unit of the row.';
comment on column factors.q95 is 'Upper end of the 90 % interval, in the unit of the row.';
comment on column factors.unit is 'Unit, such as g_co2e_per_kwh.';
comment on column factors.valid_year is 'Year the figure is for; null when not stated.';
comment on column factors.source is 'Publication or file it is from.';
