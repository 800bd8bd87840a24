-- Questions stand in the program, where the owner of the tables cannot change them: no view stands between a decision and its rows.

drop view gaoxin.current_deadlines;
