-- A drill's clock is not taken away either: with none it could begin again earlier.

create or replace function gaoxin.a_drill_is_for_good() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or (old.drill and not new.drill) or new.played < old.played
       or (new.played is null and old.played is not null) then
        raise exception '演练一经开始不能取消，演练时钟不能倒拨 / a drill is for good, and its clock never runs backwards'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
