-- one row per note
create or replace view mart_notes as
with written as (
    select
        athlete_id,
        note_date,
        source_file_id,
        note_index,
        author,
        kind,
        note
    from notes
)

select * from written;
comment on view mart_notes is 'One row per note of the coach or athlete: shown in their own words, never interpreted.';
comment on column mart_notes.athlete_id is 'Athlete it is about.';
comment on column mart_notes.note_date is 'Local date it is about.';
comment on column mart_notes.source_file_id is 'File it came from.';
comment on column mart_notes.note_index is 'Number of the note in the file, from 0.';
comment on column mart_notes.author is 'Who wrote it.';
comment on column mart_notes.kind is 'Kind chosen by the writer.';
comment on column mart_notes.note is 'The words themselves.';
