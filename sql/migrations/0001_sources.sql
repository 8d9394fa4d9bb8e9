-- What was dropped: athletes, source files, what was set aside, and the queue of subjects still to work on.

create table athletes (
    athlete_id integer primary key,
    folder varchar not null unique,
    display_name varchar not null,
    squad varchar not null,
    time_zone varchar not null,
    birth_year smallint,
    sex varchar,
    heart_rate_max_bpm smallint,
    background varchar,
    is_simulated boolean not null
);
comment on table athletes is 'One row per athlete. The only table that holds a name.';
comment on column athletes.athlete_id is 'Surrogate key, given in order of first sight.';
comment on column athletes.folder is 'Name of the athlete''s folder in the inbox.';
comment on column athletes.display_name is 'Name shown on pages, from athlete.toml; else the folder name.';
comment on column athletes.squad is 'Squad the coach looks at; partitions the work.';
comment on column athletes.time_zone is 'IANA time zone that local dates of files without an offset are read in.';
comment on column athletes.birth_year is 'Calendar year of birth; null when not stated.';
comment on column athletes.sex is 'female, male or other, as stated; null when not stated.';
comment on column athletes.heart_rate_max_bpm is 'Known maximum heart rate (bpm), as stated by the athlete or coach.';
comment on column athletes.background is 'Background card in the coach''s own words: shown, never modelled.';
comment on column athletes.is_simulated is 'True when the exports come from the generator; pages say so.';

create table source_files (
    source_file_id varchar primary key,
    sha256 varchar not null unique,
    athlete_id integer not null,
    path varchar not null,
    parent_source_file_id varchar,
    member_path varchar,
    size_bytes bigint not null,
    status varchar not null check (status in ('dropped', 'recognised', 'read', 'loaded', 'set_aside')),
    format varchar,
    reader_version varchar,
    is_partial boolean not null default false,
    replaced_by_source_file_id varchar
);
comment on table source_files is 'One row per dropped export or zip member, by content.';
comment on column source_files.source_file_id is 'First 16 hexadecimal digits of the SHA-256.';
comment on column source_files.sha256 is 'SHA-256 of the bytes: the identity of the file.';
comment on column source_files.athlete_id is 'Athlete whose folder it was dropped in.';
comment on column source_files.path is 'Path inside the athlete''s folder when first seen.';
comment on column source_files.parent_source_file_id is 'The zip that holds it; null for a file of its own.';
comment on column source_files.member_path is 'Path inside that zip; null for a file of its own.';
comment on column source_files.size_bytes is 'Size (bytes).';
comment on column source_files.status is 'How far it has come: dropped, recognised, read, loaded, or set_aside.';
comment on column source_files.format is 'Name of the one reader that said yes, or archive for a zip or gz; null before, or when set aside.';
comment on column source_files.reader_version is 'Version of that reader when it read the file.';
comment on column source_files.is_partial is 'True when something in the file was lost; skipped_items says what.';
comment on column source_files.replaced_by_source_file_id is 'The newer content that took its place in the inbox and says all it said: its own rows are gone; else null.';

create table inbox_files (
    athlete_id integer not null,
    path varchar not null,
    size_bytes bigint not null,
    modified_ns bigint not null,
    source_file_id varchar,
    primary key (athlete_id, path)
);
comment on table inbox_files is 'One row per path in the inbox: lets a run skip hashing what has not changed.';
comment on column inbox_files.athlete_id is 'Athlete whose folder it lies in.';
comment on column inbox_files.path is 'Path inside the athlete''s folder.';
comment on column inbox_files.size_bytes is 'Size (bytes) when last hashed.';
comment on column inbox_files.modified_ns is 'Modification time (ns since 1970-01-01 UTC) when last hashed.';
comment on column inbox_files.source_file_id is 'Content found there; null when it was set aside before hashing.';

create table skipped_items (
    athlete_id integer,
    path varchar not null,
    source_file_id varchar,
    stop varchar not null check (stop in ('drop', 'recognise', 'read', 'observe')),
    kind varchar not null,
    what varchar not null,
    where_found varchar not null,
    why varchar not null,
    remedy varchar not null
);
comment on table skipped_items is 'One row per file set aside, or per part of a file that was lost.';
comment on column skipped_items.athlete_id is 'Athlete whose folder it lies in; null when it lies beside the athletes'' folders.';
comment on column skipped_items.path is 'Path inside that folder, with the member path after ! for a zip member; beside the folders its name.';
comment on column skipped_items.source_file_id is 'Its content; null when it could not be hashed.';
comment on column skipped_items.stop is 'Stop at which it happened: drop, recognise, read, or observe for an answer to what is not known.';
comment on column skipped_items.kind is 'unknown, ambiguous, unsupported, corrupt, partial, empty, unsafe, unreadable, duplicate, unfinished or unknown_name.';
comment on column skipped_items.what is 'What was lost or set aside.';
comment on column skipped_items.where_found is 'Byte, line or row where; empty when the whole file.';
comment on column skipped_items.why is 'Why, in one line.';
comment on column skipped_items.remedy is 'What to do about it.';

create table devices (
    device_id varchar primary key,
    manufacturer varchar not null,
    product varchar not null,
    serial varchar
);
comment on table devices is 'One row per device or app that made a file.';
comment on column devices.device_id is 'manufacturer:product:serial, in lower case, without spaces.';
comment on column devices.manufacturer is 'Maker as the file states it (a name, or the number of the FIT registry).';
comment on column devices.product is 'Product name or number as the file states it.';
comment on column devices.serial is 'Serial number as the file states it; null when none.';

create table work_queue (
    stop varchar not null check (stop in ('judge', 'observe', 'estimate', 'publish')),
    subject_kind varchar not null check (subject_kind in ('activity', 'beat_series', 'athlete')),
    subject_id varchar not null,
    athlete_id integer not null,
    primary key (stop, subject_kind, subject_id)
);
comment on table work_queue is 'One row per subject that a stop has still to work on; empty after a finished run.';
comment on column work_queue.stop is 'Stop that has to work on it.';
comment on column work_queue.subject_kind is 'activity, beat_series or athlete (nights and days are judged per athlete).';
comment on column work_queue.subject_id is 'Its key; for an athlete the athlete_id as text.';
comment on column work_queue.athlete_id is 'Athlete it belongs to.';

create table published_states (
    squad varchar primary key,
    state varchar not null
);
comment on table published_states is 'One row per squad: what its pages were made from last. A run that finds the same does nothing more.';
comment on column published_states.squad is 'Squad.';
comment on column published_states.state is 'Fingerprint of its files, cards, set-aside items and undone merges, and of the definitions that made the pages.';

create table definition_versions (
    stop varchar primary key,
    version varchar not null
);
comment on table definition_versions is 'One row per stop, and one for the views: the version of the definitions last used.';
comment on column definition_versions.stop is 'Stop: recognise, judge, observe or estimate; or views.';
comment on column definition_versions.version is 'Version of its definitions; another one in the code has every file, subject or view done anew.';
