#!/bin/sh
# Starts the broker with a password that stands in no argument and no environment: the configuration comes in on
# standard input, and the password is its last line. VALKEY_START is the image's own entry point, which drops root.
set -eu

secrets="${SECRETS_DIR:-/run/secrets}"
conf="${VALKEY_CONF:-/etc/valkey/valkey.conf}"
password="$(tr -d '\n' < "$secrets/valkey_password")"
[ -n "$password" ] || { echo "secret valkey_password is empty" >&2; exit 1; }

# shellcheck disable=SC2086  # two words: the entry point and the server
exec ${VALKEY_START:-docker-entrypoint.sh valkey-server} - <<CONF
$(cat "$conf")
requirepass $password
CONF
