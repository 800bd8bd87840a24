#!/usr/bin/env bash
# Runs when the database server is new, and once by hand after an upgrade from a version with one role (docs/operations.md): two
# databases, each entered by its own roles alone. So a worker, which knows the password of the warehouse's writer only, can neither
# read Airflow's connections nor change what was recorded: that is the owner's, whose password the service `init` alone has.
set -euo pipefail

# psql reads the passwords itself: they stand in no process's arguments.
psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set airflow_password `tr -d '\n' < "${SECRETS_DIR:-/run/secrets}/airflow_db_password"`
\set owner_password `tr -d '\n' < "${SECRETS_DIR:-/run/secrets}/gaoxin_owner_password"`
\set writer_password `tr -d '\n' < "${SECRETS_DIR:-/run/secrets}/gaoxin_writer_password"`
\set auditor_password `tr -d '\n' < "${SECRETS_DIR:-/run/secrets}/gaoxin_auditor_password"`

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY['airflow', 'gaoxin_owner', 'gaoxin_writer', 'gaoxin_auditor']) role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE airflow LOGIN PASSWORD :'airflow_password';
ALTER ROLE gaoxin_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE gaoxin_writer LOGIN PASSWORD :'writer_password';
ALTER ROLE gaoxin_auditor LOGIN PASSWORD :'auditor_password';
ALTER ROLE gaoxin_auditor SET default_transaction_read_only = on;

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', name, owner)
  FROM (VALUES ('airflow', 'airflow'), ('gaoxin', 'gaoxin_owner')) wanted (name, owner)
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
ALTER DATABASE gaoxin OWNER TO gaoxin_owner;
-- Locks of a scheduler that is gone while something holds its connection open stop all others. Also in postgres/roles.py.
ALTER DATABASE airflow SET idle_in_transaction_session_timeout = '2min';
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE gaoxin FROM PUBLIC;
GRANT CONNECT ON DATABASE gaoxin TO gaoxin_writer, gaoxin_auditor;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;

-- The one role of earlier versions: what it made is the owner's, and nobody logs in by it.
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gaoxin') AS one_role \gset
\if :one_role
\connect gaoxin
REASSIGN OWNED BY gaoxin TO gaoxin_owner;
ALTER ROLE gaoxin NOLOGIN;
\endif

-- Large objects are anybody's to make, past all rights in the schema; only the superuser can revoke that.
\connect gaoxin
REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(int), lo_from_bytea(oid, bytea) FROM PUBLIC;
-- Advisory locks are, too: whoever only reads could keep every reminder from going out. Also in postgres/roles.py.
SELECT format('REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC; GRANT EXECUTE ON FUNCTION %1$s TO gaoxin_owner, gaoxin_writer',
              oid::regprocedure)
  FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_' \gexec
SQL
