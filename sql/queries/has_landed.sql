-- Whether bytes with this hash were ever kept.
select exists (select 1 from gaoxin.landed_files where sha256 = :sha256)
