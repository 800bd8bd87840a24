#!/usr/bin/env bash
# Start of every Gaoxin container. Gaoxin reads its database's address from the environment; here it comes from a
# secret file instead, so that it stands neither in the compose file nor in what `docker inspect` shows.
# Airflow needs no such help: its *_CMD variables call secret.py themselves.
set -euo pipefail
umask 077 # what it writes is its owner's alone

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
secrets="${SECRETS_DIR:-/run/secrets}"

if [[ -z "${GAOXIN_DATABASE_URL:-}" && -r "$secrets/gaoxin_writer_password" ]]; then
    GAOXIN_DATABASE_URL="$(python "$here/secret.py" warehouse writer)"
    export GAOXIN_DATABASE_URL
fi
# Where a service has none, what asks for the warehouse all the same is refused: left to itself it would make an empty one.
export GAOXIN_DATABASE_URL="${GAOXIN_DATABASE_URL:-postgresql+psycopg2://this-service-has-no-warehouse.invalid/gaoxin}"
if [[ -z "${GAOXIN_OWNER_URL:-}" && -r "$secrets/gaoxin_owner_password" ]]; then # the service init alone
    GAOXIN_OWNER_URL="$(python "$here/secret.py" warehouse owner)"
    export GAOXIN_OWNER_URL
fi

# exec, so that the service itself gets SIGTERM and can finish what it is doing.
exec "$@"
