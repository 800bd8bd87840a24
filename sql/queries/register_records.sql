-- The records of these registers, without the cells that they stand in.
select e.campaign, e.form, e.unit, e.period, e.row_no, e.fields, cast('{}' as jsonb) as cells, e.sheet, e.recorded_at, e.return_id,
       e.version, e.file_sha256
  from unnest(cast(:return_ids as text[])) as i (return_id)
  join gaoxin.register_entries e using (return_id)
 order by e.return_id, e.row_no
