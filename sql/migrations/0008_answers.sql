-- What is asked about days without data, and what people answered, noted and thought of what they were shown.

create table answers (
    athlete_id integer not null,
    source_file_id varchar not null,
    row_index integer not null,
    line_number integer not null,
    kind varchar not null check (kind in ('question', 'feedback', 'note', 'rpe', 'feel')),
    about_id varchar not null,
    athlete_folder varchar not null,
    about_date date,
    answer varchar not null,
    said_text varchar not null,
    author varchar not null,
    said_on date not null,
    primary key (source_file_id, row_index)
);
comment on table answers is 'One row per row of a file of answers, as it was written: who it is about is told by the folder it names.';
comment on column answers.athlete_id is 'Athlete in whose folder the file lies, who need not be the one a row is about.';
comment on column answers.source_file_id is 'File it came from.';
comment on column answers.row_index is 'Number of the row in the file, from 0.';
comment on column answers.line_number is 'Number of the line in the file, from 1.';
comment on column answers.kind is 'question, feedback, note, rpe or feel.';
comment on column answers.about_id is 'Question (question_id) or row of the coach''s page (row_id) it answers; empty for a note, rpe or feel.';
comment on column answers.athlete_folder is 'Name of the inbox folder of the athlete it is about.';
comment on column answers.about_date is 'Local date it is about; null where the row states none.';
comment on column answers.answer is 'The answer: a choice of the question, a verdict, the kind of a note (empty: note), or a number for rpe and feel.';
comment on column answers.said_text is 'Words beside it: shown, never interpreted; empty when none.';
comment on column answers.author is 'Who said it.';
comment on column answers.said_on is 'Local date it was said on; of two answers to one thing the later one counts.';

create table questions (
    question_id varchar primary key,
    athlete_id integer not null,
    signal varchar not null check (signal in ('training', 'night', 'hrv', 'resting_heart_rate', 'wear')),
    signals varchar[] not null,
    cause varchar not null,
    start_date date not null,
    end_date date not null,
    asked_on date not null,
    words varchar not null,
    choices varchar[] not null,
    state varchar not null check (state in ('open', 'answered', 'closed')),
    is_folded boolean not null,
    answer varchar check (answer in ('ill', 'travel', 'life', 'device', 'chose_not_to', 'other')),
    answer_text varchar,
    answered_by varchar,
    answered_on date,
    holds_until_date date,
    definition_version integer not null,
    check ((state = 'answered') = (answer is not null))
);
comment on table questions is 'One row per question ever asked about days of an athlete on which something is missing and nothing says why.';
comment on column questions.question_id is 'Twelve hexadecimal digits made from the athlete''s folder, the signal and the first date when it was first asked.';
comment on column questions.athlete_id is 'Athlete.';
comment on column questions.signal is 'What was missing when it was first asked: training, night, hrv, resting_heart_rate or wear.';
comment on column questions.signals is 'Everything that is missing on these days, in that order.';
comment on column questions.cause is 'What the data tell of why, as in gaps, of the signal that leads.';
comment on column questions.start_date is 'First local date it is about.';
comment on column questions.end_date is 'Last local date it is about; later than when it was asked where the gap grew.';
comment on column questions.asked_on is 'Last local date of the athlete''s data when it was first asked.';
comment on column questions.words is 'The question as it is put.';
comment on column questions.choices is 'The answers it offers.';
comment on column questions.state is 'open, answered, or closed where files filled the gap, a note said why, or another question took it in.';
comment on column questions.is_folded is 'Whether it is open and older than the few that are put first.';
comment on column questions.answer is 'ill, travel, life, device, chose_not_to or other; null when not answered.';
comment on column questions.answer_text is 'Words beside the answer, never interpreted; null when not answered.';
comment on column questions.answered_by is 'Author of the answer; null when not answered.';
comment on column questions.answered_on is 'Local date the answer was given on; null when not answered.';
comment on column questions.holds_until_date is 'Last local date the answer speaks for; null when not answered.';
comment on column questions.definition_version is 'Version of the rules.';

create table excused_days (
    athlete_id integer not null,
    excused_date date not null,
    reasons varchar[] not null,
    leaves_ranges boolean not null,
    leaves_plan boolean not null,
    evidence varchar not null,
    definition_version integer not null,
    primary key (athlete_id, excused_date)
);
comment on table excused_days is 'One row per athlete and local date of which a person said what was the matter.';
comment on column excused_days.athlete_id is 'Athlete.';
comment on column excused_days.excused_date is 'Local date.';
comment on column excused_days.reasons is 'What was said, in order of name: ill, injury, travel, life, device, off or chose_not_to.';
comment on column excused_days.leaves_ranges is 'Whether values of that date are left out of usual ranges and patterns: ill, injury and travel.';
comment on column excused_days.leaves_plan is 'Whether the date is left out where plan and data are compared: all but off and chose_not_to.';
comment on column excused_days.evidence is 'Who said it how and when, in words.';
comment on column excused_days.definition_version is 'Version of the rules.';
