-- Every source file belongs to an athlete.
select source_files.*
from source_files
left join athletes on source_files.athlete_id = athletes.athlete_id
where athletes.athlete_id is null;
