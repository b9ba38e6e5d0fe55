#!/bin/sh
# Streams this host's memory to S3, part by part, through URLs that were signed elsewhere: no credentials here, and
# nothing on this host's disk (the tool, a few parts and the list live in a tmpfs, and go at the end).
#
# Environment: CORDON_INTENT (names this very capture; the same intent again does nothing twice), CORDON_URL_LIST (where
# the list is: `name<TAB>value` lines tool, sha256, lime, streams, part…, result), CORDON_PART_BYTES, CORDON_TIME_LIMIT
# (seconds). `streams` is how many parts may be on their way at once, 1 to 8; one where it is not named.
# For tests: CORDON_RUN_DIR, CORDON_MEMORY_SOURCE (a file read in place of memory; the tool is then `stand-in`).
# Output: one line of JSON, also sent to the `result` URL. Exit code 0 only for the outcome `captured`.
# Runs on any POSIX shell with curl, GNU wget or Python 3; tried on bash, dash and busybox.
set -u
umask 077
LC_ALL=C
export LC_ALL

MIB=1048576
TAB=$(printf '\t')
KEY=$(printf '%s' "$CORDON_INTENT" | tr -c 'A-Za-z0-9' '-')
STARTED=$(date -u +%Y-%m-%dT%H:%M:%SZ)
DEADLINE=$(($(date +%s) + CORDON_TIME_LIMIT))
DIR=''
LOCK=''
TOOL=none
VERSION=unknown

say() { printf 'capture-memory: %s\n' "$*" >&2; }

# --- where things lie: memory only ---------------------------------------------------------------------------------

is_tmpfs() { awk -v at="$1" '$2 == at && ($3 == "tmpfs" || $3 == "ramfs") { found = 1 } END { exit !found }' /proc/mounts; }

can_run_in() {
  printf '#!/bin/sh\nexit 0\n' >"$1/try-$KEY" 2>/dev/null || return 1
  chmod 700 "$1/try-$KEY"
  "$1/try-$KEY" 2>/dev/null
  code=$?
  rm -f "$1/try-$KEY"
  return "$code"
}

choose_dir() {
  for place in ${CORDON_RUN_DIR:-/dev/shm /run}; do
    [ -n "${CORDON_RUN_DIR:-}" ] || is_tmpfs "$place" || continue
    can_run_in "$place" || continue
    DIR=$place/cordon-$KEY
    mkdir -p "$DIR" && return 0
  done
  # Every tmpfs forbids programs: one of our own, which leaves with us.
  DIR=/run/cordon-$KEY
  mkdir -p "$DIR" && mount -t tmpfs -o mode=0700 tmpfs "$DIR" 2>/dev/null
}

# One capture at a time on the host; a lock whose holder is gone does not count.
take_lock() {
  LOCK=$(dirname "$DIR")/cordon-memory.lock
  for attempt in 1 2; do
    if mkdir "$LOCK" 2>/dev/null; then
      echo $$ >"$LOCK/pid"
      return 0
    fi
    holder=$(cat "$LOCK/pid" 2>/dev/null)
    if [ -n "$holder" ] && kill -0 "$holder" 2>/dev/null; then break; fi
    [ "$attempt" = 1 ] && sleep 1
    rm -rf "$LOCK"
  done
  LOCK=''
  return 1
}

# shellcheck disable=SC2317 # called by the trap
tidy() {
  if [ -n "$DIR" ]; then rm -f "$DIR/list" "$DIR/tool" "$DIR"/part[0-9] "$DIR/hash.pipe" "$DIR/lime.ko"; fi
  if [ -n "$LOCK" ]; then rm -rf "$LOCK"; fi
}
trap tidy EXIT
trap 'exit 143' HUP INT TERM

# --- the network -----------------------------------------------------------------------------------------------------

PYTHON_SEND='
import sys, urllib.request
url, path = sys.argv[1], sys.argv[2]
body = open(path, "rb")
import os
request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Length": str(os.path.getsize(path))})
request.add_header("Content-Type", "application/octet-stream")
urllib.request.urlopen(request, timeout=300).read()'

get() {
  if command -v curl >/dev/null 2>&1; then
    curl -fsS --retry 3 --retry-delay 2 --max-time 300 -o "$2" "$1"
  else
    wget -q -O "$2" "$1"
  fi
}

put_once() {
  if command -v curl >/dev/null 2>&1; then
    curl -fsS --max-time 600 -H 'Expect:' -H 'Content-Type:' -o /dev/null -T "$2" "$1"
  elif wget --help 2>&1 | grep -q -- --body-file; then
    wget -q -O /dev/null --method=PUT --body-file="$2" "$1"
  else
    python3 -c "$PYTHON_SEND" "$1" "$2"
  fi
}

# Four tries, 1 + 2 + 4 s apart: a part is still here until S3 has it.
put() {
  wait_for=1
  while ! put_once "$1" "$2"; do
    [ "$wait_for" -gt 4 ] && return 1
    sleep "$wait_for"
    wait_for=$((wait_for * 2))
  done
}

of_list() { sed -n "s/^$1$TAB//p" "$DIR/list"; }

# --- the end ---------------------------------------------------------------------------------------------------------

# Text for JSON: printable ASCII without quotes and backslashes, at most 200 characters.
# shellcheck disable=SC1003 # a quote and a backslash
plain() { tr -cd ' -~' | tr -d '"\\' | cut -c1-200; }

read_number() { cat "$DIR/$1" 2>/dev/null || echo 0; }

finish() {
  outcome=$1
  detail=$(printf '%s' "${2:-}" | plain)
  origin=''
  [ "$TOOL" = stand-in ] && origin='"origin":"stand-in",'
  printf '{"outcome":"%s","detail":"%s","bytes":%s,"parts":%s,"sha256":"%s","tool":"%s","toolVersion":"%s",%s"startedAt":"%s","endedAt":"%s"}\n' \
    "$outcome" "$detail" "$(read_number bytes)" "$(read_number parts)" "$(cut -d ' ' -f 1 "$DIR/hash" 2>/dev/null)" \
    "$TOOL" "$(printf '%s' "$VERSION" | plain)" "$origin" "$STARTED" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$DIR/result.json"
  cat "$DIR/result.json"
  url=$(of_list result)
  if [ -n "$url" ]; then put "$url" "$DIR/result.json" || say 'the result could not be sent'; fi
  [ "$outcome" = captured ]
  exit
}

# --- the source ------------------------------------------------------------------------------------------------------

is_locked_down() { grep -q '\[confidentiality\]' /sys/kernel/security/lockdown 2>/dev/null; }

fetch_checked() {
  get "$1" "$3" || return 1
  [ "$(sha256sum <"$3" | cut -d ' ' -f 1)" = "$2" ]
}

# The tool by its digest; where AVML cannot be had, a LiME module built for this very kernel.
choose_source() {
  if [ -n "${CORDON_MEMORY_SOURCE:-}" ]; then
    TOOL=stand-in VERSION=1
    return 0
  fi
  if fetch_checked "$(of_list tool)" "$(of_list sha256)" "$DIR/tool"; then
    chmod 700 "$DIR/tool"
    TOOL=avml VERSION=$("$DIR/tool" --version 2>/dev/null | head -n 1)
    return 0
  fi
  lime=$(of_list lime | grep "^$(uname -r) " | head -n 1)
  [ -n "$lime" ] || return 1
  # shellcheck disable=SC2086 # three words: release, digest, URL
  set -- $lime
  fetch_checked "$3" "$2" "$DIR/lime.ko" || return 1
  TOOL=lime VERSION=$1
}

LIME_PORT=48271

read_lime() {
  insmod "$DIR/lime.ko" "path=tcp:$LIME_PORT" format=lime localhostonly=1 &
  sleep 2
  nc 127.0.0.1 "$LIME_PORT"
  code=$?
  wait
  rmmod lime 2>/dev/null
  return "$code"
}

read_memory() {
  case $TOOL in
    stand-in) cat "$CORDON_MEMORY_SOURCE" ;;
    avml) timeout "$CORDON_TIME_LIMIT" "$DIR/tool" /dev/stdout ;;
    lime) read_lime ;;
  esac
}

# --- the stream ------------------------------------------------------------------------------------------------------

# Waits for the part that is on its way in a slot, if any, and counts it.
settle() {
  eval "job=\${job_$1:-} size=\${size_$1:-0}"
  [ -n "$job" ] || return 0
  eval "job_$1="
  if ! wait "$job"; then
    echo 'upload-failed' >"$DIR/failure"
    return 1
  fi
  parts=$((parts + 1))
  bytes=$((bytes + size))
  echo "$bytes" >"$DIR/bytes"
  echo "$parts" >"$DIR/parts"
}

# Every slot, the oldest first; after a failure too, so that nothing is sent behind our back.
settle_all() {
  all=0
  while [ "$all" -lt "$streams" ]; do
    all=$((all + 1))
    slot=$(((slot + 1) % streams))
    settle "$slot" || failed=1
  done
  return "$failed"
}

give_up() {
  echo "$1" >"$DIR/failure"
  printf '%s' "${2:-}" >"$DIR/why"
  failed=1
  settle_all
  # What was wrong first is what is told.
  echo "$1" >"$DIR/failure"
}

# Reads standard input to its end, with as many parts in memory, and on their way, as the list says. Says what went
# wrong in the file `failure`.
send_parts() {
  parts=0 bytes=0 cut=0 slot=0 failed=0
  of_list part >"$DIR/urls"
  streams=$(of_list streams)
  case $streams in [1-8]) ;; *) streams=1 ;; esac
  while :; do
    slot=$(((slot + 1) % streams))
    settle "$slot" || break
    dd bs=$MIB count=$((CORDON_PART_BYTES / MIB)) iflag=fullblock of="$DIR/part$slot" 2>"$DIR/dd.err" || {
      give_up no-space "$(cat "$DIR/dd.err")"
      return 1
    }
    size=$(wc -c <"$DIR/part$slot" | tr -d ' ')
    [ "$size" -gt 0 ] || break
    cut=$((cut + 1))
    url=$(sed -n "${cut}p" "$DIR/urls")
    if [ -z "$url" ]; then
      give_up upload-failed "the image is larger than its $((cut - 1)) URLs"
      return 1
    fi
    put "$url" "$DIR/part$slot" &
    eval "job_$slot=$! size_$slot=$size"
    if [ "$(date +%s)" -gt "$DEADLINE" ]; then
      give_up time-out "$((cut)) parts were cut when the time was up"
      return 1
    fi
    [ "$size" -eq "$CORDON_PART_BYTES" ] || break
  done
  settle_all
}

stream() {
  rm -f "$DIR/failure" "$DIR/why" "$DIR/bytes" "$DIR/parts" "$DIR/hash.pipe"
  mkfifo "$DIR/hash.pipe"
  sha256sum <"$DIR/hash.pipe" >"$DIR/hash" &
  hasher=$!
  {
    read_memory 2>"$DIR/source.err"
    echo $? >"$DIR/source.code"
  } | tee "$DIR/hash.pipe" | send_parts
  wait "$hasher"
  rm -f "$DIR/urls"
}

main() {
  choose_dir || {
    say 'no memory-backed place to work in'
    DIR=$(mktemp -d)
    finish no-space 'no tmpfs to work in'
  }
  if [ -s "$DIR/result.json" ]; then
    cat "$DIR/result.json"
    grep -q '"outcome":"captured"' "$DIR/result.json"
    exit
  fi
  take_lock || {
    printf '{"outcome":"busy","detail":"another capture holds the lock"}\n'
    exit 1
  }
  get "$CORDON_URL_LIST" "$DIR/list" || {
    say 'the list of URLs could not be fetched'
    exit 1
  }
  if [ -z "${CORDON_MEMORY_SOURCE:-}" ] && is_locked_down; then
    finish lockdown "$(cat /sys/kernel/security/lockdown)"
  fi
  choose_source || finish no-tool 'not fetched, or its digest is not the one named'
  stream
  [ -s "$DIR/failure" ] && finish "$(cat "$DIR/failure")" "$(cat "$DIR/why" 2>/dev/null)"
  case $(read_number source.code) in
    0) ;;
    124 | 143) finish time-out "$TOOL was stopped after $CORDON_TIME_LIMIT s" ;;
    *) finish source-failed "$(tail -n 1 "$DIR/source.err" 2>/dev/null)" ;;
  esac
  [ "$(read_number bytes)" -gt 0 ] || finish source-failed "$TOOL wrote nothing"
  finish captured
}

main
