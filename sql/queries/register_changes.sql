-- The records of two versions of a register that are not the same in the other: their rows, and what identifies them.
select true as is_new, e.row_no, array(select e.fields ->> k.field from unnest(cast(:key as text[])) with ordinality as k (field, at)
                                        order by k.at) as key
  from gaoxin.register_entries e
 where e.return_id = :return_id
   and not exists (select from gaoxin.register_entries o where o.return_id = :replaces and o.fields = e.fields)
 union all
select false, e.row_no, array(select e.fields ->> k.field from unnest(cast(:key as text[])) with ordinality as k (field, at)
                               order by k.at)
  from gaoxin.register_entries e
 where e.return_id = :replaces
   and not exists (select from gaoxin.register_entries o where o.return_id = :return_id and o.fields = e.fields)
 order by 1, 2
