#!/usr/bin/env bash
# Looks every five minutes whether the campaigns' clock still goes (gaoxin alive), and leaves what it found for the health check.
set -uo pipefail

given="${SECRETS_DIR:-/run/secrets}/mail_connection"
if [[ -s "$given" ]]; then
    AIRFLOW_CONN_GAOXIN_SMTP="$(cat "$given")"
    export AIRFLOW_CONN_GAOXIN_SMTP
fi
trap 'exit 0' TERM INT
while true; do
    gaoxin alive --all --tell
    echo "$?" > /tmp/alive.status
    sleep 300 &
    wait $! # so that a signal is heard at once
done
