-- By form and period: how many accepted returns were handed in by an account that nobody vouches for.
select a.form, a.period, count(*) as many
  from gaoxin.accepted(:campaign, :as_of) a
  join gaoxin.returns r using (return_id)
  join gaoxin.ledger_events e on e.seq = r.seq
 where a.form || ' ' || a.unit = any(:owing) and e.actor ->> 'authenticated' = 'false'
 group by a.form, a.period
