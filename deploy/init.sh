#!/usr/bin/env bash
# One-shot: brings both databases to this image's version and makes sure that somebody can log in.
# Each step may be repeated; the other services wait until this has ended well.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

echo "1/4 Airflow's metadata"
airflow db migrate

echo "2/4 roles, the auditor's among them"
airflow sync-perm

echo "3/4 first administrator"
python "$here/admin_account.py"

echo "4/4 Gaoxin's warehouse"
python "$here/migrate_warehouse.py"
