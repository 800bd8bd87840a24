#!/usr/bin/env bash
# Runs once, when the database server is new: two databases, each with its own role, neither role able to enter the other's.
# So a worker, which knows the password of the warehouse only, cannot read Airflow's connections.
set -euo pipefail

# psql reads the passwords itself: they stand in no process's arguments.
psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set airflow_password `tr -d '\n' < "${SECRETS_DIR:-/run/secrets}/airflow_db_password"`
\set gaoxin_password `tr -d '\n' < "${SECRETS_DIR:-/run/secrets}/gaoxin_db_password"`

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE gaoxin LOGIN PASSWORD :'gaoxin_password';

CREATE DATABASE airflow OWNER airflow ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE gaoxin OWNER gaoxin ENCODING 'UTF8' TEMPLATE template0;

REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE gaoxin FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
SQL
