-- A sheet that was signed or sealed by hand is kept beside the word that it bears out.

alter table gaoxin.approvals add column scan char(64);
comment on column gaoxin.approvals.scan is '签章扫描件。The sha256 of the scanned sheet, as it was handed in with the word; it lies among the landed files.';
