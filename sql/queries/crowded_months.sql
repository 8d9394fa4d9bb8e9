-- rows of stream_files of every stream, athlete and month of the squad that lies in too many files
with crowded as (
    select
        stream_files.stream,
        stream_files.athlete_id,
        stream_files.month
    from stream_files
    inner join athletes on stream_files.athlete_id = athletes.athlete_id
    where athletes.squad = $squad
    group by all
    having count(distinct stream_files.path) > $most_files
)

select stream_files.*
from stream_files
inner join crowded
    on
        stream_files.stream = crowded.stream
        and stream_files.athlete_id = crowded.athlete_id
        and stream_files.month = crowded.month
order by stream_files.stream, stream_files.athlete_id, stream_files.month, stream_files.source_file_id;
