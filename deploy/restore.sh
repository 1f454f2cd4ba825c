#!/usr/bin/env bash
# Restores an archive of backup.sh into an empty (or new) folder and verifies what came out.
# Usage: restore.sh ARCHIVE DATA_ROOT
# OBSERVATOIRE names the command where it is not on the path (/opt/observatoire/.venv/bin/observatoire).
set -euo pipefail
archive=$(realpath "${1:?archive}")
data=${2:?data root}
command=${OBSERVATOIRE:-observatoire}

if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
  echo "restore: $data is not empty: nothing was touched" >&2
  exit 1
fi
if [ -f "$archive.sha256" ]; then
  (cd "$(dirname "$archive")" && sha256sum --check --quiet "$(basename "$archive").sha256")
fi
mkdir -p "$data"
tar --extract --gzip --file "$archive" --directory "$data" --no-same-owner
OBSERVATOIRE_DATA="$data" $command verify
echo "restored into $data; next: observatoire rebuild (compares byte for byte), observatoire status"
