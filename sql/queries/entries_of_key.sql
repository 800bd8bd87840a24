-- What the versions of one register hold as of a time, of all entries or of those whose fields say this (null: all).
select e.form, e.unit, e.period, e.row_no, e.fields, e.cells, e.sheet, e.recorded_at, e.return_id, e.version, e.file_sha256
  from gaoxin.returns r join gaoxin.register_entries e using (return_id)
 where r.campaign = :campaign and r.form = :form and r.unit = :unit and r.period = :period and e.recorded_at <= :as_of
   and (cast(:return_id as text) is null or e.return_id = :return_id)
   and (cast(:says as jsonb) is null or e.fields @> cast(:says as jsonb))
 order by e.version, e.row_no
