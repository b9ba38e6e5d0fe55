#!/usr/bin/env bash
# Reads the file systems of disk images or devices, read-only, and writes what the Sleuth Kit says of them.
#
#   analyse-disk.sh OUT IMAGE...
#
# OUT/ holds the outputs of the root file system under the names the analysis knows (mmls.txt, fsstat.txt, fls-r-p.txt,
# bodyfile.txt, …), fs/ID/ those of every other file system, recovered/ file contents by inode, and:
#   _commands.tsv    output, command, exit code, seconds, bytes
#   filesystems.tsv  every partition and logical volume found, what it holds and how it was read
#   _sha256.txt      hash of every output
# Offsets are found, never assumed. Nothing is written to an image: block devices are set read-only first.
# Exit code: 0 when a file system was read, 1 when none was, 2 when asked wrongly. No single failure ends the run.
#
# Environment: CORDON_S3 (s3://bucket/prefix/: outputs are uploaded as they are made), CORDON_HASH_SECONDS (time for
# hashing each image, 0: none; default 7200), CORDON_YARA_RULES (folder of *.yar; default /opt/cordon/yara),
# CORDON_INDICATORS (words to look for in unallocated space, separated by blanks), CORDON_GZIP_ABOVE (bytes).
# shellcheck disable=SC2016 # programs of awk and of inner shells stand in single quotes
set -u -o pipefail
# Names are bytes; times are UTC.
export LC_ALL=C TZ=UTC LVM_SUPPRESS_FD_WARNINGS=1

HASH_SECONDS=${CORDON_HASH_SECONDS:-7200}
# A tool on a damaged file system may run for ever. Listing 10 million entries takes about 10 minutes.
LIMIT=1800
STRINGS_LIMIT=3600
MOST_STRINGS=20000
# What is larger travels gzipped; every reader gunzips by itself.
GZIP_ABOVE=${CORDON_GZIP_ABOVE:-$((8 * 1024 * 1024))}

OUT=
WORK=
# Where the outputs of the file system at hand go: "" for the root's, "fs/ID/" for another's.
HOME_DIR=

# The parts lie beside this file, or stand before it when all are one command document.
if ! declare -F discover >/dev/null; then
  here=$(dirname "${BASH_SOURCE[0]}")
  # shellcheck source=/dev/null
  . "$here/disk-places.sh"
  # shellcheck source=/dev/null
  . "$here/disk-contents.sh"
fi

say() { printf 'analyse-disk: %s\n' "$*" >&2; }

# NAME SECONDS COMMAND...: stdout to OUT/NAME, stderr beside it when there is any, a line in _commands.tsv.
run() {
  local name=$1 limit=$2 started rc
  shift 2
  mkdir -p "$(dirname "$OUT/$name")"
  started=$(date +%s.%N)
  timeout -k 5 "$limit" "$@" >"$OUT/$name" 2>"$OUT/$name.stderr" </dev/null
  rc=$?
  [ -s "$OUT/$name.stderr" ] || rm -f "$OUT/$name.stderr"
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$(printf '%s ' "$@" | tr '\t\n' '  ')" "$rc" \
    "$(awk -v from="$started" -v to="$(date +%s.%N)" 'BEGIN { printf "%.2f", to - from }')" \
    "$(wc -c <"$OUT/$name" | tr -d ' ')" >>"$OUT/_commands.tsv"
  publish "$name"
  return "$rc"
}

# Uploads one output now, so that what was made survives the host: once names are final, and when it need not be gzipped.
publish() {
  [ -n "${CORDON_S3:-}" ] && [ -f "$WORK/settled" ] && [ -f "$OUT/$1" ] || return 0
  # The bodyfile grows until every file system is in it.
  [ "$1" != bodyfile.txt ] || [ -f "$WORK/merged" ] || return 0
  if [ "$(wc -c <"$OUT/$1")" -le "$GZIP_ABOVE" ]; then upload "$1"; fi
}

upload() {
  if aws s3 cp --only-show-errors --checksum-algorithm SHA256 "$OUT/$1" "$CORDON_S3$1" >&2; then
    printf '%s\n' "$1" >>"$WORK/published"
  else
    say "$1 could not be uploaded"
  fi
}

cleanup() {
  local at
  [ -n "$WORK" ] || return 0
  for at in "$WORK"/mnt/*; do [ -d "$at" ] && umount "$at" 2>/dev/null; done
  while read -r at; do losetup -d "$at" 2>/dev/null; done <"$WORK/loops"
  rm -rf "$WORK"
}

# --- reading one file system --------------------------------------------------------------------------------------

# Sets the variables of one line of $WORK/found.
choose() { IFS=$'\t' read -r ID IMAGE SECTOR START LENGTH TYPE HOW < <(awk -F'\t' -v id="$1" '$1 == id' "$WORK/found"); }

# The first look: what it is, and every name on it.
list_names() {
  choose "$1"
  if [ "$HOW" = tsk ]; then
    run "fs/$ID/fsstat.txt" "$LIMIT" fsstat -b "$SECTOR" -o "$START" "$IMAGE"
    run "fs/$ID/fls-r-p.txt" "$LIMIT" fls -r -p -b "$SECTOR" -o "$START" "$IMAGE"
  else
    attach "$ID" || return
    run "fs/$ID/fsstat.txt" 60 printf 'File System Type: %s\nRead with: mount -o ro,%s (not the Sleuth Kit)\n' \
      "$TYPE" "$(mount_options)"
    walk "$WORK/mnt/$ID" >"$WORK/walk-$ID"
    run "fs/$ID/fls-r-p.txt" 600 awk -F'|' '{
      name = $0; for (field = 1; field <= 9; field++) sub(/^[^|]*\|/, "", name)
      type = substr($2, 1, 1); if (type == "l") sub(/ -> .*/, "", name); sub(/^\//, "", name)
      printf "%s/%s %s:\t%s\n", type, type, $1, name }' "$WORK/walk-$ID"
  fi
}

mount_options() {
  case $TYPE in
    xfs) echo norecovery,nouuid ;;
    btrfs) echo rescue=nologreplay ;;
    *) if grep -q 'Needs Recovery' "$OUT/${HOME_DIR}fsstat.txt"; then echo noload; else echo noatime; fi ;;
  esac
}

# ID: mounts the chosen file system at $WORK/mnt/ID over a loop device that cannot write, whatever the driver wants.
attach() {
  local loop
  mountpoint -q "$WORK/mnt/$1" && return
  mkdir -p "$WORK/mnt/$1"
  if loop=$(losetup -r -f --show -o "$((START * SECTOR))" --sizelimit "$((LENGTH * SECTOR))" "$IMAGE" 2>/dev/null); then
    echo "$loop" >>"$WORK/loops"
    mount -o "ro,nosuid,nodev,noexec,$(mount_options)" "$loop" "$WORK/mnt/$1" 2>"$WORK/mount.err" && return
  fi
  say "$1 ($TYPE) could not be mounted: $(head -c 200 "$WORK/mount.err" 2>/dev/null)"
  rmdir "$WORK/mnt/$1"
  return 1
}

# A mounted tree as lines inode|mode|uid|gid|size|a|m|c|b|/name; control characters of names become ^, as fls prints them.
walk() {
  local line='%i|%M|%U|%G|%s|%A@|%T@|%C@|%B@|/%P'
  find "$1" -xdev -mindepth 1 \( -type l -printf "$line -> %l\\0" -o -printf "$line\\0" \) 2>/dev/null |
    tr '\001-\037\177' '^' | tr '\0' '\n' |
    awk -F'|' '{
      rest = $0; for (field = 1; field <= 9; field++) sub(/^[^|]*\|/, "", rest)
      type = substr($2, 1, 1); if (type == "-") type = "r"
      printf "%s|%s/%s%s|%s|%s|%s|%d|%d|%d|%d|%s\n", $1, type, type, substr($2, 2), $3, $4, $5, $6, $7, $8, $9, rest }'
}

# ID: what the kernel here could not mount is told as such: nothing of it was read.
not_mounted() {
  [ "$HOW" = mount ] || return 0
  awk -F'\t' -v OFS='\t' -v id="$1" '$1 == id { $7 = "not-mounted" } { print }' "$WORK/found" >"$WORK/found.new"
  mv "$WORK/found.new" "$WORK/found"
}

# Everything else that is worth reading, once it is known where the file system was mounted.
read_file_system() {
  local at=$2 prefix
  choose "$1"
  prefix=$at
  [ "$at" = / ] && prefix=
  if [ "$HOW" = mount ]; then
    [ -f "$WORK/walk-$ID" ] || return
    run "${HOME_DIR}bodyfile.txt" 600 awk -F'|' -v at="$prefix" '{
      rest = $0; for (field = 1; field <= 9; field++) sub(/^[^|]*\|/, "", rest)
      printf "0|%s%s|%s|%s|%s|%s|%s|%s|%s|%s|%s\n", at, rest, $1, $2, $3, $4, $5, $6, $7, $8, $9 }' "$WORK/walk-$ID"
    recover_files "$at"
    return
  fi
  run "${HOME_DIR}bodyfile.txt" "$LIMIT" fls -r -p -m "$at" -b "$SECTOR" -o "$START" "$IMAGE"
  run "${HOME_DIR}fls-rd-p.txt" "$LIMIT" fls -r -d -p -b "$SECTOR" -o "$START" "$IMAGE"
  run "${HOME_DIR}ils-unalloc.txt" "$LIMIT" ils -b "$SECTOR" -o "$START" "$IMAGE"
  run "${HOME_DIR}ils-e-orphans.txt" "$LIMIT" bash -o pipefail -c \
    'ils -e -b "$1" -o "$2" "$3" | awk -F"|" "NR <= 3 || (\$2 == \"a\" && \$10 == 0)"' ils "$SECTOR" "$START" "$IMAGE"
  if grep -q '^Journal Inode: ' "$OUT/${HOME_DIR}fsstat.txt"; then
    run "${HOME_DIR}jls.txt" "$LIMIT" jls -b "$SECTOR" -o "$START" "$IMAGE"
    read_journal_strings
  fi
  read_unallocated_strings
  recover_files "$at"
}

# Names of deleted files are wiped from directories since Linux 5.13 and survive in the journal.
read_journal_strings() {
  local journal
  journal=$(awk '/^Journal Inode: [0-9]+$/ { print $3 }' "$OUT/${HOME_DIR}fsstat.txt")
  run "${HOME_DIR}journal-strings.txt" "$LIMIT" bash -c \
    'icat -b "$1" -o "$2" "$3" "$4" | strings -a -n 4 | sort | uniq -c | sort -k1,1nr -k2 | head -n "$5"' \
    journal "$SECTOR" "$START" "$IMAGE" "${journal:-8}" "$MOST_STRINGS"
}

# Text that scripts, shells, keys and miners leave in blocks no file owns any more.
TELLING='#! ?/(usr/)?bin/|/dev/tcp/|https?://|stratum\+|ssh-(rsa|ed25519) |BEGIN [A-Z ]*PRIVATE KEY|LD_PRELOAD|ld\.so\.preload|authorized_keys|crontab|base64 -d|curl |wget |chmod [0-7+]|<\?php|eval\(|nc -[a-z]*[le]|(^|[^0-9.])([0-9]{1,3}\.){3}[0-9]{1,3}([^0-9.]|$)'

read_unallocated_strings() {
  local word
  : >"$WORK/indicators"
  for word in ${CORDON_INDICATORS:-}; do printf '%s\n' "$word" >>"$WORK/indicators"; done
  run "${HOME_DIR}blkls-unalloc.strings.txt" "$STRINGS_LIMIT" bash -c \
    'blkls -b "$1" -o "$2" "$3" | strings -a -n 8 | awk "{ print NR \":\" substr(\$0, 1, 400) }" |
      grep -a -E -e "$4" -e "^[0-9]+:.*($(paste -sd"|" "$5" | sed "s/[.+*?]/\\\\&/g; s/^\$/\$^/"))" | head -n "$6"' \
    unallocated "$SECTOR" "$START" "$IMAGE" "$TELLING" "$WORK/indicators" "$MOST_STRINGS"
}

# --- the whole ----------------------------------------------------------------------------------------------------

# The file system that holds /etc; otherwise the one with most names. Prints its id.
root_file_system() {
  local listing best='' most=-1 count
  for listing in "$OUT"/fs/*/fls-r-p.txt; do
    [ -f "$listing" ] || continue
    count=$(wc -l <"$listing")
    if grep -aqE $'^[rl]/[rl] [0-9-]+:\tetc/(passwd|os-release|fstab)$' "$listing"; then count=$((count + 1000000000)); fi
    if [ "$count" -gt "$most" ]; then
      most=$count
      best=$(basename "$(dirname "$listing")")
    fi
  done
  printf '%s' "$best"
}

# ID: where that file system was mounted: ext says so itself, for others the root's fstab does; otherwise /ID.
mount_point() {
  local at uuid label
  choose "$1"
  at=$(sed -nE 's/^Last mounted on: (.*)$/\1/p' "$OUT/fs/$1/fsstat.txt" | head -n 1)
  if [ -z "$at" ] || [ "$at" = / ]; then
    uuid=$(blkid -p -O "$((START * SECTOR))" -S "$((LENGTH * SECTOR))" -o value -s UUID "$IMAGE" 2>/dev/null)
    label=$(blkid -p -O "$((START * SECTOR))" -S "$((LENGTH * SECTOR))" -o value -s LABEL "$IMAGE" 2>/dev/null)
    at=$(awk -v uuid="UUID=${uuid:-?}" -v label="LABEL=${label:-?}" '$1 == uuid || $1 == label { print $2; exit }' \
      "$WORK/fstab" 2>/dev/null)
  fi
  # The text comes from the victim.
  if [[ $at =~ ^/[A-Za-z0-9._/-]+$ ]]; then printf '%s' "$at"; else printf '/%s' "$1"; fi
}

read_fstab() {
  local inode
  : >"$WORK/fstab"
  choose "$1"
  if [ "$HOW" = mount ]; then
    cat "$WORK/mnt/$ID/etc/fstab" >"$WORK/fstab" 2>/dev/null
    return
  fi
  inode=$(sed -nE $'s#^r/r ([0-9]+)[0-9-]*:\tetc/fstab$#\\1#p' "$OUT/fls-r-p.txt" | head -n 1)
  [ -z "$inode" ] || icat -b "$SECTOR" -o "$START" "$IMAGE" "$inode" >"$WORK/fstab" 2>/dev/null
}

# Everything under its final name: from here on outputs can be uploaded as they are made.
settle_root() {
  local root=$1 number=${1%%-*} name
  mv "$OUT/fs/$root"/* "$OUT/"
  rmdir "$OUT/fs/$root"
  mv "$OUT/image-$number"/* "$OUT/"
  rmdir "$OUT/image-$number"
  sed -i -e "s#^fs/$root/##" -e "s#^image-$number/##" "$OUT/_commands.tsv"
  : >"$WORK/settled"
  for name in img_stat.txt mmls.txt fsstat.txt fls-r-p.txt; do publish "$name"; done
}

finish() {
  local name
  rmdir "$OUT/fs" 2>/dev/null
  find "$OUT" -type f -size +"$GZIP_ABOVE"c ! -name '*.gz' -exec gzip -f {} +
  (cd "$OUT" && find . -type f ! -name _sha256.txt -print0 | sort -z | xargs -0 sha256sum) >"$WORK/sums"
  mv "$WORK/sums" "$OUT/_sha256.txt"
  [ -n "${CORDON_S3:-}" ] || return 0
  # The rest: what was gzipped, what grew to the end, error texts, and what an upload failed for.
  find "$OUT" -type f -printf '%P\n' | while read -r name; do
    case $name in
      _* | recovered/index.tsv) upload "$name" ;;
      *) grep -qxF -e "$name" "$WORK/published" || upload "$name" ;;
    esac
  done
}

main() {
  local number=0 image root id at listing
  if [ $# -lt 2 ]; then
    say 'usage: analyse-disk.sh OUT IMAGE...'
    return 2
  fi
  mkdir -p "$1" && OUT=$(cd "$1" && pwd) || return 2
  shift
  WORK=$(mktemp -d)
  trap cleanup EXIT
  : >"$WORK/loops"
  : >"$WORK/published"
  : >"$WORK/found"
  : >"$OUT/_commands.tsv"
  for image in "$@"; do
    number=$((number + 1))
    if [ ! -r "$image" ]; then
      say "$image cannot be read"
      continue
    fi
    if [ -b "$image" ]; then blockdev --setro "$image"; fi
    discover "$number" "$image"
  done
  while IFS=$'\t' read -r id _ _ _ _ _ at; do [ "$at" = none ] || list_names "$id" || not_mounted "$id"; done < <(cat "$WORK/found")
  { printf 'id\timage\tsector_bytes\tstart\tlength\ttype\tread_by\n'; cat "$WORK/found"; } >"$OUT/filesystems.tsv"
  root=$(root_file_system)
  if [ -z "$root" ]; then
    finish
    say 'no file system could be read; filesystems.tsv says what was found'
    return 1
  fi
  settle_root "$root"
  read_fstab "$root"
  HOME_DIR=
  read_file_system "$root" /
  scan
  unowned_files /
  altered_files /
  for listing in "$OUT"/fs/*/fls-r-p.txt; do
    [ -f "$listing" ] || continue
    id=$(basename "$(dirname "$listing")")
    at=$(mount_point "$id")
    HOME_DIR="fs/$id/"
    read_file_system "$id" "$at"
    scan
    # One timeline for the machine: the other file systems' files stand where they were mounted.
    cat "$OUT/fs/$id/bodyfile.txt" >>"$OUT/bodyfile.txt"
  done
  HOME_DIR=
  : >"$WORK/merged"
  publish bodyfile.txt
  run recovered-list.txt 60 bash -c 'cd "$1" && find . -type f -name "*.bin" -printf "%s %p\n" | sort -k2' list "$OUT/recovered"
  choose "$root"
  if [ "$HASH_SECONDS" != 0 ]; then run sha256.txt "$HASH_SECONDS" sha256sum "$@"; fi
  finish
  say "read $(awk -F'\t' '$7 == "tsk" || $7 == "mount"' "$WORK/found" | wc -l) of $(wc -l <"$WORK/found") places; the root is $root ($TYPE)"
}

main "$@"
