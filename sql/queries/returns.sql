-- Every version of a campaign's returns as of a time (null: now), of all periods or one, of all returns or these.
select r.return_id, r.campaign, r.form, r.unit, r.period, r.version, r.sha256, r.file, r.sample, r.received_at, r.seq,
       r.business_day, r.entered_because, e.actor,
       c.verdict, c.checked_at, l.recorded_at as loaded_at,
       coalesce(c.errors, 0) as errors, coalesce(c.warnings, 0) as warnings,
       coalesce(x.accepted, 0) as warnings_explained, coalesce(x.waiting, 0) as warnings_waiting,
       coalesce(x.sent_back, 0) as warnings_sent_back, coalesce(x.holds_until, '[]') as holds_until, x.words,
       (select count(*) from gaoxin.findings b
         where b.check_id = c.check_id and b.message ->> 'code' = 'quality.broken') as untrusted,
       c.suite, c.suite_version, c.plan_version, r.arrived_at, r.file_time
  from gaoxin.returns r
  left join gaoxin.ledger_events e on e.seq = r.seq
  left join lateral (select k.check_id, k.verdict, k.checked_at, k.errors, k.warnings, k.suite, k.suite_version,
                            k.plan_version
                       from gaoxin.check_runs k
                      where k.return_id = r.return_id and (cast(:as_of as timestamptz) is null or k.checked_at <= :as_of)
                      order by k.run desc limit 1) c on true
  left join gaoxin.loads l on l.return_id = r.return_id and (cast(:as_of as timestamptz) is null or l.recorded_at <= :as_of)
  left join lateral (select count(*) filter (where s.state = 'accepted') as accepted,
                            count(*) filter (where s.state = 'waiting') as waiting,
                            count(*) filter (where s.state = 'sent_back') as sent_back,
                            jsonb_agg(s.holds_until order by s.holds_until) filter (where s.state = 'accepted') as holds_until,
                            encode(sha256(convert_to(string_agg(e.rule || ' ' || e.text, e'\n' order by e.rule, e.text)
                                                     filter (where s.state = 'accepted'), 'UTF8')), 'hex') as words
                       from gaoxin.explained(r.return_id, l.same_as, c.check_id,
                                             coalesce(cast(:as_of as timestamptz), 'infinity')) s
                       join gaoxin.explanations e on e.explanation_id = s.said) x on c.warnings > 0
 where r.campaign = :campaign
   and (cast(:as_of as timestamptz) is null or r.received_at <= :as_of)
   and (cast(:period as text) is null or r.period = :period)
   and (cast(:ids as text[]) is null or r.return_id = any(:ids))
 order by r.period_end, r.period, r.form, r.unit, r.version
