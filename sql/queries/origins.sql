-- Where returns came from: their files as they first landed, and how many rows of facts each holds by now.
select r.return_id, r.campaign, r.form, r.unit, r.period, r.version, r.file, r.sha256, r.received_at, r.explanation, r.business_day,
       r.entered_because,
       f.source, l.recorded_at as loaded_at, l.plan_hash,
       (select count(*) from gaoxin.facts x where x.return_id = r.return_id)
       + (select count(*) from gaoxin.register_entries x where x.return_id = r.return_id) as stored
  from gaoxin.returns r
  join gaoxin.landed_files f on f.sha256 = r.sha256
  left join gaoxin.loads l on l.return_id = r.return_id
 where r.return_id = any(:return_ids)
 order by r.return_id
