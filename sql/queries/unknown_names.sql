-- one row per file of answers and name in it that is not known: an athlete, a question, or a row of the coach's page;
-- verdicts on lists from before the first one that is kept name rows nobody can know any more, and are let be
with first_nights as (
    select
        squad,
        min(night_date) as first_date
    from attention_nights
    group by squad
),

-- rows that a list could have led by another rule: their names are made as those of `attention_rows`
possible as (
    select
        athletes.athlete_id,
        attention_nights.night_date,
        left(
            sha256(concat_ws('|', athletes.squad, attention_nights.night_date, athletes.athlete_id, attention_candidates.rule)), 12
        ) as row_id
    from athletes
    inner join attention_nights on athletes.squad = attention_nights.squad
    inner join attention_candidates on athletes.athlete_id = attention_candidates.athlete_id
    semi join answers on attention_nights.night_date = answers.about_date and answers.kind = 'feedback'
),

told as (
    select
        answers.athlete_id,
        answers.source_file_id,
        answers.line_number,
        source_files.path || coalesce('!' || source_files.member_path, '') as path,
        case
            when athletes.athlete_id is null then concat('no folder of the inbox is called ', answers.athlete_folder)
            when answers.kind = 'question' and questions.question_id is null
                then concat('there is no question ', answers.about_id, ' about ', answers.athlete_folder)
            when
                answers.kind = 'feedback' and attention_rows.row_id is null
                and possible.row_id is not null
                then concat('the list of ', answers.about_date, ' was decided anew and has no row ', answers.about_id)
            when
                answers.kind = 'feedback' and attention_rows.row_id is null
                and (answers.about_date is null or answers.about_date >= first_nights.first_date)
                then concat('there is no row ', answers.about_id, ' about ', answers.athlete_folder)
        end as why,
        case
            when possible.row_id is null then 'Correct the name in that row, or take the row out'
            else 'Give the verdict on the row that stands there now, or take the old one out'
        end as remedy
    from answers
    inner join source_files on answers.source_file_id = source_files.source_file_id
    left join athletes on answers.athlete_folder = athletes.folder
    left join questions on answers.about_id = questions.question_id and athletes.athlete_id = questions.athlete_id
    left join attention_rows on answers.about_id = attention_rows.row_id and athletes.athlete_id = attention_rows.athlete_id
    left join first_nights on athletes.squad = first_nights.squad
    left join possible
        on
            athletes.athlete_id = possible.athlete_id
            and answers.about_date = possible.night_date
            and answers.about_id = possible.row_id
)

select
    athlete_id,
    path,
    source_file_id,
    'observe' as stop,
    'unknown_name' as kind,
    concat(count(*), case when count(*) = 1 then ' row' else ' rows' end) as what,
    concat(
        case when count(*) = 1 then 'line ' else 'lines ' end,
        list_aggregate(list_sort(list(line_number)), 'string_agg', ', ')
    ) as where_found,
    why,
    remedy
from told
where why is not null
group by athlete_id, source_file_id, path, why, remedy
order by athlete_id, path, why;
