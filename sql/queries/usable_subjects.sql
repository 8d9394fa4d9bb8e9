-- One row per purpose and verdict among the subjects of some squads.
select
    verdicts.purpose,
    verdicts.verdict,
    count(*) as subject_count
from verdicts
inner join athletes on verdicts.athlete_id = athletes.athlete_id
where athletes.squad in (select unnest($squads::varchar []))
group by verdicts.purpose, verdicts.verdict
order by verdicts.purpose, verdicts.verdict
