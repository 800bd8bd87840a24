-- Every file that came for a unit by a time, each time that it came, with what was said to it then; the newest first.
select came.number, came.return_id, came.again, came.sha256, coalesce(came.file, f.name) as file, f.size, came.came_at,
       coalesce(case came.actor ->> 'way' when 'page' then 'page' when 'inbox' then 'inbox' end, f.source) as source,
       array(select json_array_elements_text(came.problems)) as problems, came.actor,
       c.check_id, c.verdict, c.checked_at, c.plan_version, coalesce(c.errors, 0) as errors, coalesce(c.warnings, 0) as warnings,
       came.reason_unused
  from (select e.seq as number, r.return_id, false as again, r.sha256, r.file, r.received_at as came_at, null::json as problems,
               e.actor, r.seq as at_event, false as reason_unused
          from gaoxin.returns r left join gaoxin.ledger_events e on e.seq = r.seq and e.kind = 'return.received'
         where r.campaign = :campaign and r.unit = :unit and r.received_at <= :as_of
        union all
        select e.seq, e.payload ->> 'return_id', true, e.payload ->> 'sha256', e.payload ->> 'came_as', e.at, null, e.actor, e.seq,
               e.payload ->> 'reason_unused' is not null
          from gaoxin.ledger_events e
         where e.campaign = :campaign and e.kind = 'return.came_again' and e.at <= :as_of
           and split_part(e.payload ->> 'return_id', '__', 3) = :unit
        union all
        select e.seq, null, false, e.payload ->> 'sha256', e.payload ->> 'came_as', e.at, e.payload -> 'problems', e.actor, e.seq, false
          from gaoxin.ledger_events e
         where e.campaign = :campaign and e.kind = 'file.refused' and e.at <= :as_of and e.actor ->> 'unit' = :unit) came
  join gaoxin.landed_files f on f.sha256 = came.sha256
  left join lateral (select k.check_id, k.verdict, k.checked_at, k.plan_version, k.errors, k.warnings
                       from gaoxin.check_runs k
                      where k.return_id = came.return_id and k.checked_at <= :as_of
                        and case when came.again then k.seq < came.number else k.run = 1 end
                      order by k.run desc limit 1) c on true
 order by came.at_event desc, came.came_at desc
