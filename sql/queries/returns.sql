-- Every version of a campaign's returns as of a time (null: now), of all periods or one, of all returns or these.
select r.return_id, r.campaign, r.form, r.unit, r.period, r.version, r.sha256, r.file, r.sample, r.received_at,
       r.business_day, r.entered_because, e.actor,
       c.verdict, c.checked_at, l.recorded_at as loaded_at,
       coalesce(c.errors, 0) as errors, coalesce(c.warnings, 0) as warnings,
       (select count(*) from gaoxin.findings f
         where f.check_id = c.check_id and f.severity = 'warning'
           and exists (select 1 from gaoxin.explanations e
                        where e.rule = f.rule and e.return_id in (  -- what is said of figures holds in whatever file they came
                               select r.return_id union all select l.same_as
                               union all select o.return_id from gaoxin.loads o where o.same_as = l.same_as)
                          and (cast(:as_of as timestamptz) is null or e.recorded_at <= :as_of)
                          and exists (select 1 from gaoxin.check_runs k join gaoxin.findings g on g.check_id = k.check_id
                                        where k.return_id = e.return_id and k.checked_at <= e.recorded_at
                                          and g.rule = f.rule and g.message = f.message))) as warnings_explained,  -- of one warning nothing is said of another
       (select count(*) from gaoxin.findings b where c.errors + c.warnings > 0 and b.check_id = c.check_id
                                                 and b.message ->> 'code' = 'quality.broken') as untrusted,
       c.suite, c.suite_version, c.plan_version, r.arrived_at, r.file_time
  from gaoxin.returns r
  left join gaoxin.ledger_events e on e.seq = r.seq
  left join lateral (select k.check_id, k.verdict, k.checked_at, k.errors, k.warnings, k.suite, k.suite_version,
                            k.plan_version
                       from gaoxin.check_runs k
                      where k.return_id = r.return_id and (cast(:as_of as timestamptz) is null or k.checked_at <= :as_of)
                      order by k.run desc limit 1) c on true
  left join gaoxin.loads l on l.return_id = r.return_id and (cast(:as_of as timestamptz) is null or l.recorded_at <= :as_of)
 where r.campaign = :campaign
   and (cast(:as_of as timestamptz) is null or r.received_at <= :as_of)
   and (cast(:period as text) is null or r.period = :period)
   and (cast(:ids as text[]) is null or r.return_id = any(:ids))
 order by r.period_end, r.period, r.form, r.unit, r.version
