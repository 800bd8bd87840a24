-- The version in force that a newly loaded one replaces, if it does, and the variables whose figures differ. counts: a register's, each
-- with the fields that it looks at.
with mine as (select * from gaoxin.returns where return_id = :return_id),
loaded as (
    select r.return_id, r.version, l.figures
      from mine join gaoxin.returns r on (r.campaign, r.form, r.unit, r.period)
                                       = (mine.campaign, mine.form, mine.unit, mine.period)
      join gaoxin.loads l on l.return_id = r.return_id
     where r.return_id <> mine.return_id
),
replaced as (
    select return_id, figures from loaded
     where not exists (select 1 from loaded later, mine where later.version > mine.version)
     order by version desc limit 1
),
old_entries as (select fields from gaoxin.register_entries e join replaced using (return_id)),
new_entries as (select fields from gaoxin.register_entries e join mine using (return_id))
select replaced.return_id, replaced.figures, array(
    select coalesce(o.variable, n.variable)
      from (select * from gaoxin.facts where return_id = replaced.return_id) o
      full join (select * from gaoxin.facts where return_id = :return_id) n on n.variable = o.variable
     where (o.value, o.unit_of_measure) is distinct from (n.value, n.unit_of_measure)
    union all
    select c.key from json_each(cast(:counts as json)) c
     where exists (select (select array_agg(e.fields ->> f) from json_array_elements_text(c.value) f) from old_entries e except all
                   select (select array_agg(e.fields ->> f) from json_array_elements_text(c.value) f) from new_entries e)
        or exists (select (select array_agg(e.fields ->> f) from json_array_elements_text(c.value) f) from new_entries e except all
                   select (select array_agg(e.fields ->> f) from json_array_elements_text(c.value) f) from old_entries e)
     order by 1) as variables
  from replaced
