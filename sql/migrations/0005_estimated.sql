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
    usable_count integer not null,
    left_out_count integer not null,
    is_simulated boolean not null,
    looks_ahead boolean not null
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
comment on column model_jobs.usable_count is 'Number of nights, or races, with a usable reading, scored or not.';
comment on column model_jobs.left_out_count is 'Number of nights left out because their verdict was not usable.';
comment on column model_jobs.is_simulated is 'True when any of its athletes is simulated; caps the verdict.';
comment on column model_jobs.looks_ahead is 'True when an estimate moved with what was not known at 05:00; then nothing of it is scored.';

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
    variant varchar not null check (variant in ('rolling_origin', 'athlete_held_out')),
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
    coach_error double,
    rival_coach_error double,
    coach_unit varchar,
    primary key (job_id, variant, rival)
);
comment on table scores is 'One row per model job, variant and naive rival: skill on a rolling origin, with its interval.';
comment on column scores.job_id is 'Model job.';
comment on column scores.task is 'What was estimated, as in model_jobs.';
comment on column scores.variant is 'rolling_origin: fitted on everyone''s past; athlete_held_out: fitted without the athlete who is estimated.';
comment on column scores.rival is 'Naive rival of the task, such as persistence, ewma or riegel_last.';
comment on column scores.mean_absolute_error is 'Mean absolute error of the model, in the unit of the task.';
comment on column scores.rival_mean_absolute_error is 'Mean absolute error of the rival on the same nights.';
comment on column scores.skill_fraction is '1 minus the ratio of the two.';
comment on column scores.skill_lower_fraction is 'Lower end of its 90 % interval (fraction) by two-stage bootstrap.';
comment on column scores.skill_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column scores.night_count is 'Number of nights both estimated.';
comment on column scores.is_best_rival is 'True for the rival with the smallest error: the one the verdict is against.';
comment on column scores.verdict is 'Against this rival alone: worth it, not worth it, undecided, or not evaluated on real athletes.';
comment on column scores.unit is 'Unit of the errors.';
comment on column scores.coach_error is 'Mean absolute error of the model as a coach reads it, in the coach unit.';
comment on column scores.rival_coach_error is 'The same of the rival.';
comment on column scores.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';

create table rung_verdicts (
    job_id varchar primary key,
    squad varchar not null,
    task varchar not null,
    model varchar not null,
    against varchar not null,
    against_job_id varchar,
    cpu_s double,
    mean_absolute_error double,
    against_mean_absolute_error double,
    gain_fraction double,
    gain_lower_fraction double,
    gain_upper_fraction double,
    p_value double,
    adjusted_p_value double,
    comparison_count integer not null,
    athlete_count integer not null,
    night_count integer not null,
    more_night_count bigint,
    smallest_gain_fraction double not null,
    is_on_frontier boolean not null,
    verdict varchar not null
);
comment on table rung_verdicts is 'One row per current model job: the rung against the next cheaper one that was worth its cost.';
comment on column rung_verdicts.job_id is 'Model job.';
comment on column rung_verdicts.squad is 'Squad whose athletes it saw.';
comment on column rung_verdicts.task is 'What is estimated, as in model_jobs.';
comment on column rung_verdicts.model is 'Name of the rung.';
comment on column rung_verdicts.against is 'What it is held against: the dearest cheaper rung that was worth its cost, else the best naive rival, by name.';
comment on column rung_verdicts.against_job_id is 'Model job of that rung; null when it is a naive rival.';
comment on column rung_verdicts.cpu_s is 'CPU time (s) of its last rolling origin: the order of the rungs; null when not known.';
comment on column rung_verdicts.mean_absolute_error is 'Mean absolute error of the rung, in the unit of the task, on the nights both estimated.';
comment on column rung_verdicts.against_mean_absolute_error is 'Mean absolute error of the other on the same nights.';
comment on column rung_verdicts.gain_fraction is '1 minus the ratio of the two (fraction); null when no night could be compared.';
comment on column rung_verdicts.gain_lower_fraction is 'Lower end of its 90 % interval (fraction) by two-stage bootstrap.';
comment on column rung_verdicts.gain_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column rung_verdicts.p_value is 'Share of draws (fraction) in which the gain is not above the smallest one worth having.';
comment on column rung_verdicts.adjusted_p_value is 'The same after Holm over all comparisons of the squad (fraction).';
comment on column rung_verdicts.comparison_count is 'Number of comparisons of the squad, over rungs and tasks.';
comment on column rung_verdicts.athlete_count is 'Number of athletes compared.';
comment on column rung_verdicts.night_count is 'Number of nights, or races, compared.';
comment on column rung_verdicts.more_night_count is 'Number of nights more that would decide, if the gain stays; null when decided or not to be told.';
comment on column rung_verdicts.smallest_gain_fraction is 'Smallest gain worth having, as the task declares it (fraction).';
comment on column rung_verdicts.is_on_frontier is 'True when dearer rungs are held against this one.';
comment on column rung_verdicts.verdict is 'worth it, not worth it, undecided, not evaluated on real athletes, or looks ahead.';

create table verdict_history (
    evaluation_date date not null,
    squad varchar not null,
    model varchar not null,
    task varchar not null,
    model_version integer not null,
    against varchar not null,
    gain_fraction double,
    gain_lower_fraction double,
    gain_upper_fraction double,
    adjusted_p_value double,
    night_count integer not null,
    is_simulated boolean not null,
    verdict varchar not null,
    primary key (evaluation_date, squad, model, task)
);
comment on table verdict_history is 'One row per date of evaluation, squad, model and task: what rung_verdicts said. Rows of earlier dates are never changed.';
comment on column verdict_history.evaluation_date is 'UTC date of the run that evaluated; of several on one date the last.';
comment on column verdict_history.squad is 'Squad whose athletes it saw.';
comment on column verdict_history.model is 'Name of the rung.';
comment on column verdict_history.task is 'What is estimated, as in model_jobs.';
comment on column verdict_history.model_version is 'Version of the model.';
comment on column verdict_history.against is 'What it was held against, by name.';
comment on column verdict_history.gain_fraction is 'Gain over that in mean absolute error (fraction); null when no night could be compared.';
comment on column verdict_history.gain_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column verdict_history.gain_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column verdict_history.adjusted_p_value is 'Share of draws without a gain worth having, after Holm (fraction).';
comment on column verdict_history.night_count is 'Number of nights, or races, compared.';
comment on column verdict_history.is_simulated is 'True when any of the athletes is simulated.';
comment on column verdict_history.verdict is 'As in rung_verdicts.';

create table quality_worth (
    squad varchar not null,
    task varchar not null,
    model varchar not null,
    job_id varchar,
    athlete_count integer not null,
    night_count integer not null,
    spoiled_count integer not null,
    usable_mean_absolute_error double,
    all_mean_absolute_error double,
    rival_mean_absolute_error double,
    gain_fraction double,
    gain_lower_fraction double,
    gain_upper_fraction double,
    usable_coach_error double,
    all_coach_error double,
    coach_unit varchar not null,
    unit varchar not null,
    is_simulated boolean not null,
    primary key (squad, task, model)
);
comment on table quality_worth is 'One row per squad, task and model: its error on the same usable nights, with usable values as its input and with all.';
comment on column quality_worth.squad is 'Squad.';
comment on column quality_worth.task is 'What is estimated, as in model_jobs.';
comment on column quality_worth.model is 'Name of the rung, or best naive rival.';
comment on column quality_worth.job_id is 'Model job; null for the rival.';
comment on column quality_worth.athlete_count is 'Number of athletes compared.';
comment on column quality_worth.night_count is 'Number of usable nights, or races, both ways estimated.';
comment on column quality_worth.spoiled_count is 'Number of input values that are not usable: what the second way saw more.';
comment on column quality_worth.usable_mean_absolute_error is 'Mean absolute error with usable values only, in the unit of the task.';
comment on column quality_worth.all_mean_absolute_error is 'Mean absolute error with all values, on the same nights.';
comment on column quality_worth.rival_mean_absolute_error is 'Mean absolute error of the best naive rival with usable values, on the same nights: what skill is counted in.';
comment on column quality_worth.gain_fraction is 'Skill with usable values less skill with all (fraction of the rival''s error); null when nothing was spoiled.';
comment on column quality_worth.gain_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column quality_worth.gain_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column quality_worth.usable_coach_error is 'Mean absolute error with usable values as a coach reads it, in the coach unit.';
comment on column quality_worth.all_coach_error is 'The same with all values.';
comment on column quality_worth.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';
comment on column quality_worth.unit is 'Unit of the errors.';
comment on column quality_worth.is_simulated is 'True when any of the athletes is simulated.';

create table task_states (
    squad varchar not null,
    task varchar not null,
    input_state varchar not null,
    observed_count integer not null,
    history_count integer not null,
    scorable_count integer not null,
    athlete_count integer not null,
    why_not varchar not null,
    primary key (squad, task)
);
comment on table task_states is 'One row per squad and task that was asked for: what there is to score, and why nothing where there is nothing.';
comment on column task_states.squad is 'Squad.';
comment on column task_states.task is 'What would be estimated, as in model_jobs.';
comment on column task_states.input_state is 'Hash of the input and of the rivals: the same one is not looked at twice.';
comment on column task_states.observed_count is 'Number of mornings, or hard runs, with a usable value.';
comment on column task_states.history_count is 'Number of those with enough before them.';
comment on column task_states.scorable_count is 'Number of those behind the first origin that every naive rival can estimate.';
comment on column task_states.athlete_count is 'Number of athletes they are of.';
comment on column task_states.why_not is 'Why nothing can be scored, in words; empty when something can.';

create table rival_scores (
    squad varchar not null,
    task varchar not null,
    rival varchar not null,
    mean_absolute_error double not null,
    unit varchar not null,
    coach_error double not null,
    coach_unit varchar not null,
    primary key (squad, task, rival)
);
comment on table rival_scores is 'One row per squad, task and naive rival: its error on all that can be scored, whether or not a model could estimate it.';
comment on column rival_scores.squad is 'Squad.';
comment on column rival_scores.task is 'What is estimated, as in model_jobs.';
comment on column rival_scores.rival is 'Naive rival of the task.';
comment on column rival_scores.mean_absolute_error is 'Mean absolute error, in the unit of the task.';
comment on column rival_scores.unit is 'Unit of that error.';
comment on column rival_scores.coach_error is 'The same as a coach reads it, in the coach unit.';
comment on column rival_scores.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';
