-- A rectification's last opening, and when that was closed.
select r.opening, r.campaign, c.closed_at
  from gaoxin.rectifications r
  left join gaoxin.rectification_closings c using (id, opening)
 where r.id = :id
 order by r.opening desc limit 1
