-- one row per athlete
select folder
from athletes
order by folder;
