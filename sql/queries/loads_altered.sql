-- Returns of some forms, of periods that end after a day, that hold more or fewer rows of facts of their own unit and period than
-- were loaded by a time.
select return_id, row_count, stored
  from (select l.return_id, l.row_count,
               (select count(*) from gaoxin.facts f where f.return_id = l.return_id
                   and (f.campaign, f.form, f.unit, f.period) = (r.campaign, r.form, r.unit, r.period))
               + (select count(*) from gaoxin.register_entries e where e.return_id = l.return_id
                     and (e.campaign, e.form, e.unit, e.period) = (r.campaign, r.form, r.unit, r.period)) as stored
          from gaoxin.returns r join gaoxin.loads l using (return_id)
         where r.campaign = :campaign and r.form = any(:forms) and r.period_end > :since and l.recorded_at <= :as_of) held
 where row_count <> stored
 order by return_id
