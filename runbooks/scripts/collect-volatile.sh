#!/bin/sh
# Writes what only the running host knows as one JSON object: processes, sockets with their processes, users, sessions,
# kernel modules, mounts, cron lines, files in temporary places. Reads /proc and a few files, changes nothing, and needs
# nothing but a POSIX shell, awk, ls, find and stat as any distribution and busybox have them.
#
#   collect-volatile.sh            JSON to standard output
#   CORDON_URL_LIST set            the JSON goes to the list's `object` URL, a short result to `result`
# CORDON_ROOT (tests): where /etc, /var and the temporary folders are looked for.
set -u
umask 077
LC_ALL=C
TZ=UTC
export LC_ALL TZ

ROOT=${CORDON_ROOT:-}
# A host under attack may have millions of files in /tmp: the newest matter, and 4,000 rows are about 1 MB.
MOST_FILES=4000
MOST_PROCESSES=5000

# Shared awk: JSON text, ISO times. Bytes that are not printable ASCII become \u00XX, so that any file name is valid JSON.
AWK_LIBRARY='
BEGIN { for (i = 0; i < 256; i++) ORD[sprintf("%c", i)] = i }
function json(s,    out, i, c) {
  if (s !~ /["\\]/ && s !~ /[^ -~]/) return "\"" s "\""
  out = ""
  for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1)
    if (c == "\"" || c == "\\") out = out "\\" c
    else if (c ~ /[ -~]/) out = out c
    else out = out sprintf("\\u%04x", ORD[c])
  }
  return "\"" out "\""
}
function iso(t,    z, era, doe, yoe, doy, mp, d, m, y, s) {
  t = int(t); s = t % 86400; z = (t - s) / 86400 + 719468
  era = int(z / 146097); doe = z - era * 146097
  yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
  y = yoe + era * 400; doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
  mp = int((5 * doy + 2) / 153); d = doy - int((153 * mp + 2) / 5) + 1
  m = mp < 10 ? mp + 3 : mp - 9; if (m <= 2) y++
  return sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", y, m, d, int(s / 3600), int(s % 3600 / 60), s % 60)
}
function row(text) { printf "%s%s", (rows++ ? ",\n" : "\n"), text }
'

list() { printf ',\n"%s":[' "$1"; }

BOOTED=$(awk '$1 == "btime" { print $2 }' /proc/stat)
TICKS=$(getconf CLK_TCK 2>/dev/null || echo 100)

header() {
  printf '{"version":1,"collectedAt":"%s"' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  {
    uname -n
    uname -srm
    echo "${BOOTED:-0}"
  } | awk "$AWK_LIBRARY"'
    NR == 1 { printf ",\"hostname\":%s", json($0) }
    NR == 2 { printf ",\"kernel\":%s", json($0) }
    NR == 3 { printf ",\"bootedAt\":%s", json(iso($0)) }'
}

# Reads one /proc file of one line into `line`, without a program; a process that ended meanwhile leaves it empty.
read_line() { { IFS= read -r line <"$1" || [ -n "$line" ]; } 2>/dev/null || line=''; }

# The owner: the first number of the line `Uid:`.
read_uid() {
  uid=0
  while read -r word value _; do
    if [ "$word" = Uid: ]; then
      uid=$value
      break
    fi
  done <"$1"
}

# One line a process: pid, ppid, uid, start in ticks, name, executable, working folder, command line; tabs between.
# Names with blanks and brackets are fine: what follows the last bracket of `stat` is numbers (proc(5)).
process_lines() {
  count=0
  for at in /proc/[0-9]*; do
    [ "$count" -lt "$MOST_PROCESSES" ] || break
    count=$((count + 1))
    line=''
    read_line "$at/stat"
    # shellcheck disable=SC2086 # words: state, ppid, …, the 20th is the start
    set -- ${line##*) }
    [ $# -ge 20 ] || continue
    shift
    ppid=$1
    shift 9
    shift 9
    started=$1
    read_uid "$at/status" 2>/dev/null
    read_line "$at/comm"
    name=$line
    exe=$(readlink "$at/exe" 2>/dev/null)
    folder=$(readlink "$at/cwd" 2>/dev/null)
    # shellcheck disable=SC2002 # cat fails quietly where a redirection from an ended process would not
    printf '%s\t%s\t%s\t%s\t%s\001%s\001%s\001%s\n' "${at#/proc/}" "$ppid" "$uid" "$started" "$name" "$exe" "$folder" \
      "$(cat "$at/cmdline" 2>/dev/null | tr '\0\001\n' '   ' | cut -c1-2000)" | tr '\n' ' '
    echo
  done
}

processes() {
  list processes
  process_lines | awk -v booted="${BOOTED:-0}" -v ticks="$TICKS" "$AWK_LIBRARY"'
    {
      # Four numbers, then four texts that may hold anything but byte 1.
      n = split($0, text, "\001"); split(text[1], number, "\t")
      name = text[1]; for (i = 0; i < 4; i++) sub(/^[0-9]*\t/, "", name)
      exe = text[2]; gone = sub(/ \(deleted\)$/, "", exe)
      command = text[4]; sub(/ +$/, "", command)
      row(sprintf("{\"pid\":%d,\"ppid\":%d,\"uid\":%d,\"comm\":%s,\"cmdline\":%s,\"exe\":%s,\"deleted\":%s,\"cwd\":%s,\"startedAt\":%s}",
        number[1], number[2], number[3], json(name), json(command), exe == "" ? "null" : json(exe), gone ? "true" : "false",
        text[3] == "" ? "null" : json(text[3]), json(iso(booted + number[4] / ticks))))
    }'
  printf ']'
}

# Sockets of /proc/net, each with the process that holds its inode, from one listing of every descriptor.
sockets() {
  list sockets
  {
    # shellcheck disable=SC2012 # busybox find prints no link targets
    ls -l /proc/[0-9]*/fd 2>/dev/null | awk '
      /^\/proc\/[0-9]+\/fd:/ { split($0, part, "/"); pid = part[3]; next }
      / -> socket:\[/ { inode = $NF; gsub(/[^0-9]/, "", inode); fd = $(NF - 2); print "owner", inode, pid, fd }'
    for at in /proc/[0-9]*; do
      line=''
      read_line "$at/comm"
      printf 'comm %s %s\n' "${at#/proc/}" "$line"
    done
    for kind in tcp tcp6 udp udp6 raw raw6; do
      [ -r "/proc/net/$kind" ] && awk -v kind="$kind" 'NR > 1 { print "socket", kind, $2, $3, $4, $10 }' "/proc/net/$kind"
    done
  } | awk "$AWK_LIBRARY"'
    BEGIN { split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING", STATE, " ") }
    function hex(s,    v, i) { v = 0; for (i = 1; i <= length(s); i++) v = v * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1; return v }
    function four(s) { return hex(substr(s, 7, 2)) "." hex(substr(s, 5, 2)) "." hex(substr(s, 3, 2)) "." hex(substr(s, 1, 2)) }
    function word(s) { return substr(s, 7, 2) substr(s, 5, 2) substr(s, 3, 2) substr(s, 1, 2) }
    function six(s,    all, out, i) {
      all = tolower(word(substr(s, 1, 8)) word(substr(s, 9, 8)) word(substr(s, 17, 8)) word(substr(s, 25, 8)))
      if (substr(all, 1, 24) == "00000000000000000000ffff") return four(substr(s, 25, 8))
      for (i = 0; i < 8; i++) out = out (i ? ":" : "") sprintf("%x", hex(substr(all, i * 4 + 1, 4)))
      return out
    }
    function address(s) { sub(/:.*/, "", s); return length(s) == 8 ? four(s) : six(s) }
    function port(s) { sub(/.*:/, "", s); return hex(s) }
    $1 == "owner" { if (!($2 in PID)) { PID[$2] = $3; FD[$2] = $4 } next }
    $1 == "comm" { NAME[$2] = $3; for (i = 4; i <= NF; i++) NAME[$2] = NAME[$2] " " $i; next }
    $1 == "socket" {
      pid = ($6 in PID) ? PID[$6] : "null"; state = STATE[hex($5)]
      if ($2 ~ /^udp|^raw/) state = state == "ESTABLISHED" ? state : ""
      row(sprintf("{\"protocol\":%s,\"state\":%s,\"localAddress\":%s,\"localPort\":%d,\"remoteAddress\":%s,\"remotePort\":%d,\"pid\":%s,\"process\":%s,\"fd\":%s}",
        json($2), json(state), json(address($3)), port($3), json(address($4)), port($4), pid,
        pid == "null" ? "null" : json(NAME[pid]), pid == "null" ? "null" : FD[$6] + 0))
    }'
  printf ']'
}

users() {
  list users
  awk -F : "$AWK_LIBRARY"'
    $3 ~ /^[0-9]+$/ { row(sprintf("{\"name\":%s,\"uid\":%d,\"home\":%s,\"shell\":%s}", json($1), $3, json($6), json($7))) }' \
    "$ROOT/etc/passwd" 2>/dev/null
  printf ']'
}

# `who` reads utmp; busybox and GNU print user, terminal, then the time, and the origin in brackets.
sessions() {
  list sessions
  who 2>/dev/null | awk "$AWK_LIBRARY"'
    NF >= 2 && $1 != "USER" {
      from = "null"; if (match($0, /\([^()]*\)$/)) from = json(substr($0, RSTART + 1, RLENGTH - 2))
      since = "null"; if ($3 ~ /^[0-9]+-[0-9]+-[0-9]+$/) since = json($3 "T" $4 ":00Z")
      row(sprintf("{\"user\":%s,\"terminal\":%s,\"from\":%s,\"since\":%s}", json($1), json($2), from, since))
    }'
  printf ']'
}

modules() {
  list modules
  awk "$AWK_LIBRARY"'{ row(sprintf("{\"name\":%s,\"size\":%d,\"state\":%s}", json($1), $2, json($5))) }' /proc/modules 2>/dev/null
  printf ']'
}

mounts() {
  list mounts
  awk "$AWK_LIBRARY"'{ row(sprintf("{\"device\":%s,\"mountPoint\":%s,\"type\":%s,\"options\":%s}", json($1), json($2), json($3), json($4))) }' /proc/mounts
  printf ']'
}

cron() {
  list cron
  for file in "$ROOT/etc/crontab" "$ROOT"/etc/cron.d/* "$ROOT"/var/spool/cron/* "$ROOT"/var/spool/cron/crontabs/*; do
    [ -f "$file" ] && [ -r "$file" ] && printf '%s\n' "${file#"$ROOT"}" && cat "$file" && printf '\n\001\n'
  done | awk "$AWK_LIBRARY"'
    fresh == 0 { file = $0; fresh = 1; next }
    $0 == "\001" { fresh = 0; next }
    /^[ \t]*(#|$)/ { next }
    { row(sprintf("{\"file\":%s,\"line\":%s}", json(file), json($0))) }'
  printf ']'
}

tmp() {
  list tmp
  for folder in "$ROOT/tmp" "$ROOT/var/tmp" "$ROOT/dev/shm"; do
    [ -d "$folder" ] && find "$folder" -xdev ! -type d -exec stat -c '%Z|%i|%A|%u|%s|%n' {} + 2>/dev/null
  done | sort -t '|' -k 1,1nr | head -n "$MOST_FILES" | awk -v root="$ROOT" "$AWK_LIBRARY"'
    /^[0-9]+\|[0-9]+\|[^|]*\|[0-9]+\|[0-9]+\|/ {
      split($0, part, "|"); name = $0; for (i = 1; i <= 5; i++) sub(/^[^|]*\|/, "", name)
      if (root != "" && index(name, root) == 1) name = substr(name, length(root) + 1)
      row(sprintf("{\"path\":%s,\"mode\":%s,\"uid\":%d,\"size\":%.0f,\"changedAt\":%s,\"inode\":%.0f}",
        json(name), json(part[3]), part[4], part[5], json(iso(part[1])), part[2]))
    }'
  printf ']'
}

collect() {
  header
  processes
  sockets
  users
  sessions
  modules
  mounts
  cron
  tmp
  printf '}\n'
}

# --- sending, only when asked to -----------------------------------------------------------------------------------

send() {
  if command -v curl >/dev/null 2>&1; then
    curl -fsS --retry 3 --max-time 300 -H 'Expect:' -H 'Content-Type:' -o /dev/null -T "$2" "$1"
  else
    wget -q -O /dev/null --method=PUT --body-file="$2" "$1"
  fi
}

fetch() {
  if command -v curl >/dev/null 2>&1; then curl -fsS --retry 3 --max-time 60 "$1"; else wget -q -O - "$1"; fi
}

deliver() {
  place=$(mktemp -d "${CORDON_RUN_DIR:-/dev/shm}/cordon-XXXXXX") || return 1
  trap 'rm -rf "$place"' EXIT
  fetch "$CORDON_URL_LIST" >"$place/list" || return 1
  collect >"$place/state.json"
  tab=$(printf '\t')
  send "$(sed -n "s/^object$tab//p" "$place/list")" "$place/state.json" || return 1
  bytes=$(wc -c <"$place/state.json" | tr -d ' ')
  printf '{"outcome":"captured","bytes":%s,"sha256":"%s","tool":"collect-volatile","toolVersion":"1"}\n' \
    "$bytes" "$(sha256sum <"$place/state.json" | cut -d ' ' -f 1)" >"$place/result.json"
  cat "$place/result.json"
  send "$(sed -n "s/^result$tab//p" "$place/list")" "$place/result.json"
}

if [ -n "${CORDON_URL_LIST:-}" ]; then deliver; else collect; fi
