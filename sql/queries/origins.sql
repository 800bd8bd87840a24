-- Where returns came from: how each version came, else how its bytes first landed; how many rows of facts each holds by now, of which variables, and
-- which of its rows say that they are of another form, unit or period.
select r.return_id, r.campaign, r.form, r.unit, r.period, r.version, r.file, r.sha256, r.received_at, r.explanation, r.business_day,
       r.entered_because, e.actor,
       coalesce(case e.actor ->> 'way' when 'page' then 'page' when 'inbox' then 'inbox' end, f.source) as source,
       l.recorded_at as loaded_at, l.plan_hash, own.variables, own.held + entries.held as stored,
       own.strays || entries.strays as strays
  from gaoxin.returns r
  join gaoxin.landed_files f on f.sha256 = r.sha256
  left join gaoxin.ledger_events e on e.seq = r.seq
  left join gaoxin.loads l on l.return_id = r.return_id
 cross join lateral (
       select count(*) filter (where kept) as held, coalesce(array_agg(variable) filter (where kept), '{}') as variables,
              coalesce(array_agg(concat_ws(' ', form, unit, period, variable)) filter (where not kept), '{}') as strays
         from (select x.*, (x.campaign, x.form, x.unit, x.period) = (r.campaign, r.form, r.unit, r.period) as kept
                 from gaoxin.facts x where x.return_id = r.return_id) x) own
 cross join lateral (
       select count(*) filter (where kept) as held,
              coalesce(array_agg(concat_ws(' ', form, unit, period, '#' || row_no)) filter (where not kept), '{}') as strays
         from (select x.*, (x.campaign, x.form, x.unit, x.period) = (r.campaign, r.form, r.unit, r.period) as kept
                 from gaoxin.register_entries x where x.return_id = r.return_id) x) entries
 where r.return_id = any(:return_ids)
 order by r.return_id
