delete from work_queue
using done
where
    work_queue.stop = $stop
    and work_queue.subject_kind = done.subject_kind
    and work_queue.subject_id = done.subject_id;
