#!/usr/bin/env bash
# Copies a data root into one archive: landed files, journals, releases, states, reports, settings.
# Usage: backup.sh DATA_ROOT TARGET_FOLDER [KEEP]     (KEEP: archives to keep, 8 unless given)
# What can be made again (build/) is left out. Waits for a refresh that is running, and holds one off.
set -euo pipefail
data=$(realpath "${1:?data root}")
target=${2:?target folder}
keep=${3:-8}

mkdir -p "$target" "$data/build"
target=$(realpath "$target")
name="observatoire-$(date -u +%Y%m%dT%H%M%SZ).tar.gz"
parts=()
for part in landing marts state runs settings.yml; do
  if [ -e "$data/$part" ]; then parts+=("$part"); fi
done
[ "${#parts[@]}" -gt 0 ] || { echo "backup: nothing to copy in $data" >&2; exit 1; }

trap 'rm -f "$target/.$name"' EXIT
flock --wait 7200 "$data/build/refresh.lock" \
  tar --create --gzip --file "$target/.$name" --directory "$data" --exclude=landing/incoming "${parts[@]}"
gzip --test "$target/.$name"
sync "$target/.$name"
mv "$target/.$name" "$target/$name"
(cd "$target" && sha256sum "$name" > "$name.sha256")
ls -1 "$target"/observatoire-*.tar.gz | head -n -"$keep" | while read -r old; do rm -f "$old" "$old.sha256"; done
echo "$target/$name"
