-- A return of which a rule was broken when it was judged is found without reading all findings: it is judged again, and no gate
-- passes on it.

create index on gaoxin.findings (check_id) where message ->> 'code' = 'quality.broken';
