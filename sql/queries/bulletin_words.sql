-- What people wrote into bulletins and said of them by a time, in order; of one period, or of all.
select b.period, b.slot, b.words, b.by_unit as by, b.recorded_at, e.actor
  from gaoxin.bulletin_words b left join gaoxin.ledger_events e on e.seq = b.seq
 where b.campaign = :campaign and (cast(:period as text) is null or b.period = :period) and b.recorded_at <= :as_of
 order by b.recorded_at, b.words_id
