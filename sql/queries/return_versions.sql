-- The highest version of one return, and the highest one that has these bytes (null when none).
select max(version) as highest, max(version) filter (where sha256 = :sha256) as same
  from gaoxin.returns
 where campaign = :campaign and form = :form and unit = :unit and period = :period
