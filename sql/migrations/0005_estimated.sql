-- What a model inferred, how it did against the best naive rival, and what the run of it was.

create table model_jobs (
    job_id varchar primary key,
    squad varchar not null,
    model varchar not null,
    model_version integer not null,
    task varchar not null,
    seed bigint not null,
    input_fingerprint varchar not null,
    athlete_count integer not null,
    night_count integer not null,
    left_out_count integer not null,
    is_simulated boolean not null
);
comment on table model_jobs is 'One row per model, task and state of its input: the same input is never paid for twice.';
comment on column model_jobs.job_id is 'Twelve hexadecimal digits made from squad, model, version, task, seed and input.';
comment on column model_jobs.squad is 'Squad whose athletes it saw.';
comment on column model_jobs.model is 'Name of the rung on the ladder.';
comment on column model_jobs.model_version is 'Version of the model.';
comment on column model_jobs.task is 'What it estimates, such as next_morning_ln_rmssd.';
comment on column model_jobs.seed is 'Seed of every random choice.';
comment on column model_jobs.input_fingerprint is 'Hash of its input rows.';
comment on column model_jobs.athlete_count is 'Number of athletes scored.';
comment on column model_jobs.night_count is 'Number of nights scored.';
comment on column model_jobs.left_out_count is 'Number of nights left out because their verdict was not usable.';
comment on column model_jobs.is_simulated is 'True when any of its athletes is simulated; caps the verdict.';

create table estimates (
    job_id varchar not null,
    task varchar not null,
    athlete_id integer not null,
    estimate_date date not null,
    subject varchar not null,
    estimate double not null,
    observed_value double,
    best_rival_estimate double,
    unit varchar not null,
    primary key (job_id, athlete_id, estimate_date, subject)
);
comment on table estimates is 'One row per morning or race that a model estimated from what was known at 05:00.';
comment on column estimates.job_id is 'Model job.';
comment on column estimates.task is 'What is estimated, as in model_jobs.';
comment on column estimates.athlete_id is 'Athlete.';
comment on column estimates.estimate_date is 'Local date of the morning or race estimated.';
comment on column estimates.subject is 'What of the day is estimated: morning, or the distance of a race.';
comment on column estimates.estimate is 'Estimate, in the unit of the task.';
comment on column estimates.observed_value is 'Value observed later; null when none was usable.';
comment on column estimates.best_rival_estimate is 'Estimate of the best naive rival for the same morning.';
comment on column estimates.unit is 'Unit of the three.';

create table scores (
    job_id varchar not null,
    task varchar not null,
    rival varchar not null,
    mean_absolute_error double not null,
    rival_mean_absolute_error double not null,
    skill_fraction double not null,
    skill_lower_fraction double not null,
    skill_upper_fraction double not null,
    night_count integer not null,
    is_best_rival boolean not null,
    verdict varchar not null,
    unit varchar not null,
    primary key (job_id, rival)
);
comment on table scores is 'One row per model job and naive rival: skill on a rolling origin, with its interval.';
comment on column scores.job_id is 'Model job.';
comment on column scores.task is 'What was estimated, as in model_jobs.';
comment on column scores.rival is 'persistence, rolling_mean_7, rolling_mean_28, rolling_mean_60, expanding_mean or ewma.';
comment on column scores.mean_absolute_error is 'Mean absolute error of the model, in the unit of the task.';
comment on column scores.rival_mean_absolute_error is 'Mean absolute error of the rival on the same nights.';
comment on column scores.skill_fraction is '1 minus the ratio of the two.';
comment on column scores.skill_lower_fraction is 'Lower end of its 90 % interval (fraction) by two-stage bootstrap.';
comment on column scores.skill_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column scores.night_count is 'Number of nights both estimated.';
comment on column scores.is_best_rival is 'True for the rival with the smallest error: the one the verdict is against.';
comment on column scores.verdict is 'worth it, not worth it, undecided, or not evaluated on real athletes.';
comment on column scores.unit is 'Unit of the errors.';
