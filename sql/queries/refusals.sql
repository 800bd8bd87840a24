-- Files that came for a unit by a time and are no return, as the ledger has them, the newest first.
select e.payload ->> 'sha256' as sha256, coalesce(e.payload ->> 'came_as', f.name) as file, f.size, f.source, e.at as came_at,
       array(select json_array_elements_text(e.payload -> 'problems')) as problems, e.actor
  from gaoxin.ledger_events e join gaoxin.landed_files f on f.sha256 = e.payload ->> 'sha256'
 where e.campaign = :campaign and e.kind = 'file.refused' and e.actor ->> 'unit' = :unit and e.at <= :as_of
 order by e.seq desc
