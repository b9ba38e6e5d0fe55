#!/usr/bin/env bash
# Runs Volatility 3 over a memory image, plugin by plugin, and writes what each said: NAME.json, NAME.stderr, and
#   _timings.tsv    plugin, exit code, seconds, bytes, rows (NOTJSON where the output is none)
#   _symbols.tsv    kernel banner, and whether a symbol table for it was there: present, absent, or unknown after another failure
#   _image.tsv      bytes and SHA-256 of the image as it was read here
#
#   analyse-memory.sh OUT IMAGE
#
# No plugin's failure ends the run: "no symbols for this kernel" is a result.
# Exit code: 0 when a plugin gave rows, 1 when none did, 2 when asked wrongly.
# Environment: CORDON_S3 (s3://bucket/prefix/: outputs are uploaded as they are made), CORDON_SYMBOLS (folder of symbol
# tables, default /opt/cordon/symbols), CORDON_PLUGINS (`name seconds` lines in place of the list below).
set -u -o pipefail
export LC_ALL=C TZ=UTC

# The version the parsers were written against; another one is said, not refused.
PINNED=2.11.0

# Plugin and the most seconds it may take: five times what a 16 GiB image takes, two minutes at least.
PLUGINS=${CORDON_PLUGINS:-'banners.Banners 900
linux.pslist 120
linux.psscan 300
linux.pstree 120
linux.psaux 120
linux.bash 120
linux.lsof 300
linux.sockstat 300
linux.malfind 600
linux.check_syscall 300
linux.check_modules 120
linux.hidden_modules 600
linux.proc.Maps 600
linux.lsmod 120
linux.envars 120
linux.elfs 300
linux.mountinfo 120
linux.check_creds 120
linux.check_idt 300
linux.check_afinfo 120
linux.tty_check 300
linux.kmsg 120
linux.library_list 300
linux.keyboard_notifiers 120
linux.pidhashtable 120
linux.netfilter 300
linux.ptrace 120
linux.capabilities 120
linux.ebpf 120
linux.iomem 120
linux.pagecache.Files 1200
timeliner.Timeliner 1800'}

OUT=${1:-}
IMAGE=${2:-}
SYMBOLS=${CORDON_SYMBOLS:-/opt/cordon/symbols}
GZIP_ABOVE=$((8 * 1024 * 1024))

say() { printf 'analyse-memory: %s\n' "$*" >&2; }

if [ -z "$OUT" ] || [ ! -r "$IMAGE" ]; then
  say "usage: analyse-memory.sh OUT IMAGE (${IMAGE:-no image} cannot be read)"
  exit 2
fi
command -v vol >/dev/null || {
  say 'vol (Volatility 3) is not installed'
  exit 2
}
mkdir -p "$OUT"

VERSION=$(vol --help 2>/dev/null | sed -n 's/.*Volatility 3 Framework \([0-9][0-9.]*\).*/\1/p' | head -n 1)
[ "$VERSION" = "$PINNED" ] || say "Volatility ${VERSION:-unknown}, written for $PINNED"

publish() {
  [ -n "${CORDON_S3:-}" ] && [ -f "$OUT/$1" ] || return 0
  local file=$1
  if [ "$(wc -c <"$OUT/$1")" -gt "$GZIP_ABOVE" ]; then
    gzip -9 -n -c "$OUT/$1" >"$OUT/$1.gz" && file=$1.gz
  fi
  aws s3 cp --only-show-errors --checksum-algorithm SHA256 \
    --metadata "cordon-tool=volatility3,cordon-tool-version=${VERSION:-unknown}" "$OUT/$file" "$CORDON_S3$file" >&2 ||
    say "$file could not be uploaded"
}

# Rows of a JSON list, or NOTJSON; python3 is there, as Volatility is written in it.
rows_of() {
  python3 -c 'import json, sys
try:
    rows = json.load(open(sys.argv[1]))
    print(len(rows) if isinstance(rows, list) else 1)
except Exception:
    print("NOTJSON")' "$1"
}

run_plugin() {
  local name=$1 limit=$2 started code rows
  started=$(date +%s.%N)
  timeout -k 10 "$limit" vol -q -r json -s "$SYMBOLS" -f "$IMAGE" "$name" >"$OUT/$name.json" 2>"$OUT/$name.stderr" </dev/null
  code=$?
  [ "$code" -eq 124 ] && printf 'stopped after %s s\n' "$limit" >>"$OUT/$name.stderr"
  rows=$(rows_of "$OUT/$name.json")
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$code" \
    "$(awk -v from="$started" -v to="$(date +%s.%N)" 'BEGIN { printf "%.1f", to - from }')" \
    "$(wc -c <"$OUT/$name.json" | tr -d ' ')" "$rows" >>"$OUT/_timings.tsv"
  publish "$name.json"
  publish "$name.stderr"
  [ "$rows" != NOTJSON ]
}

describe_image() {
  printf '%s\t%s\n' "$(wc -c <"$IMAGE" | tr -d ' ')" "$(sha256sum <"$IMAGE" | cut -d ' ' -f 1)" >"$OUT/_image.tsv"
  publish _image.tsv
}

# The banner is what a symbol table must match, to the compile time.
describe_symbols() {
  local banner found=absent
  banner=$(grep -a -o 'Linux version [0-9][^"\\]*' "$OUT/banners.Banners.json" 2>/dev/null | head -n 1)
  # Volatility says that a table is missing on its standard output, in place of the rows.
  if [ "$(rows_of "$OUT/linux.pslist.json")" != NOTJSON ]; then
    found=present
  elif ! grep -q -s 'symbol_table_name\|symbol table requirement' "$OUT/linux.pslist.json" "$OUT/linux.pslist.stderr"; then
    found=unknown
  fi
  printf '%s\t%s\n' "${banner:-no banner found}" "$found" >"$OUT/_symbols.tsv"
  publish _symbols.tsv
}

: >"$OUT/_timings.tsv"
describe_image
good=0
while read -r name limit; do
  [ -n "$name" ] || continue
  if run_plugin "$name" "$limit"; then good=$((good + 1)); fi
done <<<"$PLUGINS"
describe_symbols
publish _timings.tsv
say "$good plugin(s) gave JSON"
[ "$good" -gt 0 ]
