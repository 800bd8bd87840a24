-- A warning is closed by an explanation that a reviewer accepts (docs/decisions/099).

create table gaoxin.explanation_reviews (
    review_id       bigint      generated always as identity primary key,
    explanation_id  bigint      not null references gaoxin.explanations,
    outcome         text        not null check (outcome in ('accepted', 'sent_back')),
    comment         text        check (length(trim(comment)) > 0),
    holds_until     date,
    by_unit         text        not null,
    seq             bigint      not null default gaoxin.noting(),
    recorded_at     timestamptz not null,
    check (case outcome when 'accepted' then holds_until is not null else comment is not null and holds_until is null end)
);
comment on table gaoxin.explanation_reviews is '说明的审核。What a reviewer said of a unit''s explanation: accepted, until when it holds, or sent back, and why. The last word counts.';
comment on column gaoxin.explanation_reviews.holds_until is 'The last day on which it holds.';
comment on column gaoxin.explanation_reviews.seq is 'The number of the event that made the row.';
create index on gaoxin.explanation_reviews (explanation_id);
create index on gaoxin.explanation_reviews (seq);
call gaoxin.make_append_only('gaoxin.explanation_reviews');

create function gaoxin.explained(of_return text, same_as text, of_check bigint, known timestamptz) returns table (
    place integer, said bigint, state text, holds_until date
) language sql stable as $$
    select f.position, x.explanation_id, coalesce(v.outcome, 'waiting'), v.holds_until
      from gaoxin.findings f
     cross join lateral (  -- what was said last of just this warning
           select e.explanation_id
             from gaoxin.explanations e
            where e.rule = f.rule and e.recorded_at <= known
              and e.return_id in (  -- what is said of figures holds in whatever file they came
                  select of_return union all select explained.same_as
                  union all select o.return_id from gaoxin.loads o where o.same_as = explained.same_as)
              and exists (select 1 from gaoxin.check_runs k join gaoxin.findings g on g.check_id = k.check_id
                           where k.return_id = e.return_id and k.checked_at <= e.recorded_at
                             and g.rule = f.rule and g.message = f.message)
            order by e.explanation_id desc limit 1) x
      left join lateral (
           select r.outcome, r.holds_until
             from gaoxin.explanation_reviews r
            where r.explanation_id = x.explanation_id and r.recorded_at <= known
            order by r.review_id desc limit 1) v on true
     where f.check_id = of_check and f.severity = 'warning'
$$;
comment on function gaoxin.explained(text, text, bigint, timestamptz) is
    'Of a check''s warnings those of which something was said by a time: the explanation that counts, and whether it waits, was sent back or was accepted.';
