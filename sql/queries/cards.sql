-- The warnings and cards that fell by a time, in the order in which they did.
select card, unit, ref, form, points, day, why, recorded_at
  from gaoxin.cards
 where campaign = :campaign and recorded_at <= :as_of
 order by seq, card, unit, ref
