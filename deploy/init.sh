#!/usr/bin/env bash
# One-shot: brings both databases to this image's version and makes sure that somebody can log in.
# Each step may be repeated; the other services wait until this has ended well.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

echo "1/4 Airflow's metadata"
# It holds its lock in a transaction that idles while another works; others may do so for minutes only.
export PGOPTIONS='-c idle_in_transaction_session_timeout=0'
airflow db migrate
unset PGOPTIONS

echo "2/4 roles, the auditor's among them"
airflow sync-perm

echo "3/4 first administrator"
python "$here/admin_account.py"

echo "4/4 Gaoxin's warehouse, as its owner: the services write, and may not change what was recorded"
: "${GAOXIN_OWNER_URL:?no database: give this service the secret gaoxin_owner_password}" # never the embedded database
gaoxin migrate
