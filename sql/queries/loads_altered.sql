-- Returns of some forms, of periods that end after a day, that hold more or fewer rows of facts than were loaded by a time.
select return_id, row_count, stored
  from (select l.return_id, l.row_count,
               (select count(*) from gaoxin.facts f where f.return_id = l.return_id)
               + (select count(*) from gaoxin.register_entries e where e.return_id = l.return_id) as stored
          from gaoxin.returns r join gaoxin.loads l using (return_id)
         where r.campaign = :campaign and r.form = any(:forms) and r.period_end > :since and l.recorded_at <= :as_of) held
 where row_count <> stored
 order by return_id
