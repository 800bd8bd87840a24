-- What the records of these registers come to, by sheet: of each field that is asked for of their form how many are numbers and
-- their sum, of the field '' how many records there are; with the rows and columns that they stand in.
select e.return_id, l.plan_hash, e.sheet, a.field, count(*) as records, count(n.value) as numbers, sum(n.value) as total,
       min(e.row_no) as first_row, max(e.row_no) as last_row, min(n.letters) as first_column,
       max(n.letters) as last_column
  from unnest(cast(:return_ids as text[])) as i (return_id)
  join gaoxin.loads l using (return_id)
  join gaoxin.register_entries e using (return_id)
  join unnest(cast(:forms as text[]), cast(:fields as text[])) as a (form, field) on a.form = e.form
 cross join lateral (select case when e.fields ->> a.field ~ '^-?[0-9]+([.][0-9]+)?$' then cast(e.fields ->> a.field as numeric) end
                                as value,
                            lpad(substring(e.cells ->> a.field from '^[A-Z]+'), 3) as letters) n  -- Z before AA
 group by e.return_id, l.plan_hash, e.sheet, a.field
 order by e.return_id, first_row, e.sheet, a.field
