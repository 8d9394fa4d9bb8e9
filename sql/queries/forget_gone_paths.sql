-- paths of the athletes' folders at which there is something else today, or nothing
delete from inbox_files
using gone
where inbox_files.athlete_id = gone.athlete_id and inbox_files.path = gone.path;
