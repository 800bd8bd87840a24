-- A version whose figures are in force can be sent back by a person: then no earlier version counts in its place (docs/decisions/082).
-- A reminder may also be a step of a question that waits for its answer.

create or replace function gaoxin.accepted(asked text, known timestamptz) returns table (
    form text, period text, unit text, return_id text, check_id bigint, errors integer, warnings integer, first_came timestamptz
) language sql stable as $$
    with back as materialized (  -- by a second run at the earliest; there are few
        select c.form, c.period, c.unit, c.version
          from gaoxin.check_runs c
          join gaoxin.loads l on l.return_id = c.return_id and l.recorded_at <= known
         where c.campaign = asked and c.checked_at <= known and c.run > 1 and c.verdict = 'rejected'
           and not exists (select 1 from gaoxin.check_runs later
                            where later.return_id = c.return_id and later.run > c.run and later.checked_at <= known)
    )
    select s.form, s.period, s.unit, s.return_id, s.check_id, s.errors, s.warnings, s.first_came
      from (select distinct on (k.form, k.period, k.unit)
                   k.form, k.period, k.unit, k.version, k.return_id, k.check_id, k.errors, k.warnings,
                   last_value(k.received_at) over (partition by k.form, k.period, k.unit order by k.version desc
                                                   rows between current row and unbounded following) as first_came
              from (select distinct on (c.form, c.period, c.unit, c.version) c.*
                      from gaoxin.check_runs c
                     where c.campaign = asked and c.checked_at <= known
                     order by c.form, c.period, c.unit, c.version desc, c.run desc) k
             where k.verdict <> 'rejected'
             order by k.form, k.period, k.unit, k.version desc) s
     where not exists (select 1 from back b where (b.form, b.period, b.unit) = (s.form, s.period, s.unit)
                                              and b.version > s.version)
$$;

alter table gaoxin.deadline_steps drop constraint deadline_steps_kind_check;
alter table gaoxin.deadline_steps add check (kind in ('return', 'gate', 'task', 'indicator', 'correction', 'question'));
