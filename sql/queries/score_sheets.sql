-- Score sheets known by a time, every version, in order; of one assessment, or of all.
select s.assessment, s.seat, s.version, s.lines, s.by_unit as by, s.recorded_at, s.reason, s.sha256, s.business_day,
       s.entered_because, e.actor
  from gaoxin.score_sheets s left join gaoxin.ledger_events e on e.seq = s.seq
 where s.campaign = :campaign and (cast(:assessment as text) is null or s.assessment = :assessment) and s.recorded_at <= :as_of
 order by s.assessment, s.seat, s.version
