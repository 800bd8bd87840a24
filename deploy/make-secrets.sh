#!/usr/bin/env bash
# Writes the secrets that docker-compose.yml asks for, each from the system's random source. What exists is kept, so it may
# be run again after an upgrade that needs a new one. Needs nothing but a shell and coreutils.
#
#     deploy/make-secrets.sh [FOLDER]        default: secrets, beside docker-compose.yml
#
# The folder is 0700: on the host only its owner (and root) gets in. The files are 0444, because Compose mounts
# them as they are and the containers' user is another one.
set -euo pipefail
umask 077

folder="${1:-"$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/secrets"}"
mkdir -p "$folder"
chmod 0700 "$folder"
printf "%s\n" "*" > "$folder/.gitignore" # never in a repository, whatever its own .gitignore says

keep() { # NAME COMMAND...: writes NAME with the command's output unless it is there
    local file="$folder/$1"
    shift
    if [[ -s "$file" ]]; then
        echo "kept     $file"
        return
    fi
    rm -f "$file" # a folder stands here when Compose was started before the secrets were made: rm then says so
    "$@" > "$file"
    chmod 0444 "$file"
    echo "written  $file"
}

hex() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
fernet() { head -c 32 /dev/urandom | base64 -w0 | tr '+/' '-_'; }
mail_connection() { :; } # an empty file: to be filled with smtp://user:password@host:port/?from_email=… for the alarm
contacts() { printf '%s\n' '# Contacts by unit, as docs/operations.md says. Kept out of the repository.' '{}'; }

keep postgres_password hex 32
keep airflow_db_password hex 32
keep gaoxin_owner_password hex 32
keep gaoxin_writer_password hex 32
keep gaoxin_auditor_password hex 32
keep valkey_password hex 32
keep fernet_key fernet
keep jwt_secret hex 64
keep api_secret_key hex 32
keep admin_password hex 12
keep contacts contacts
keep mail_connection mail_connection

echo "The administrator's password for the first login: $folder/admin_password"
