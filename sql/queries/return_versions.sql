-- The highest version of one return, and the version that has these bytes (null when none).
select coalesce(max(version), 0) as highest,
       max(version) filter (where sha256 = :sha256) as same,
       max(return_id) filter (where sha256 = :sha256) as same_id
  from gaoxin.returns
 where campaign = :campaign and form = :form and unit = :unit and period = :period
