#!/usr/bin/env bash
# Takes file contents out of a file system and looks into them. Part of analyse-disk.sh, whose functions and variables it uses.
# shellcheck disable=SC2016,SC2154 # programs of awk stand in single quotes; ID, IMAGE and others are set by choose

YARA_RULES=${CORDON_YARA_RULES:-/opt/cordon/yara}
MOST_RECOVERED=500
LARGEST_SMALL_FILE=$((1024 * 1024))
LARGEST_RECOVERY=$((64 * 1024 * 1024))

# Contents by inode: what was deleted (0 bytes is no recovery), deleted while open, and small files worth a look.
recover_files() {
  local inode why path
  {
    if [ "$HOW" = tsk ]; then
      awk '/^Orphan Inodes:/ { gsub(/,/, " "); for (i = 3; i <= NF; i++) print $i, 0, "deleted-while-open", "-" }' \
        "$OUT/${HOME_DIR}fsstat.txt"
      # Mode 0 is a reserved inode, or one never written when a busy machine was imaged.
      awk -F'|' '$2 == "a" && $10 == 0 && $9 + 0 != 0 { print $1, 0, "deleted-while-open", "-" }' \
        "$OUT/${HOME_DIR}ils-e-orphans.txt"
      # (realloc): the inode belongs to another file now.
      sed -nE 's#^[-r]/r \* ([0-9]+)(-[0-9-]+)?:\t(.*)$#\1 0 deleted \3#p' "$OUT/${HOME_DIR}fls-rd-p.txt"
    fi
    suspicious_files <"$OUT/${HOME_DIR}bodyfile.txt"
  } | awk '!seen[$1]++' | head -n "$MOST_RECOVERED" >"$WORK/wanted"
  mkdir -p "$OUT/recovered"
  while read -r inode _ why path; do recover "$inode" "$why" "$path" "$1"; done <"$WORK/wanted"
}

# A bodyfile on stdin to lines INODE CHANGED WHY NAME, the youngest of each kind. Not what holds secrets of the victim's: shadow
# and private keys stay.
suspicious_files() {
  awk -F'|' -v most="$LARGEST_SMALL_FILE" '
    {
      mode = $(NF - 7); inode = $(NF - 8); size = $(NF - 4)
      name = $2; for (field = 3; field <= NF - 9; field++) name = name "|" $field
      if (mode !~ /\/r/ || size + 0 == 0 || size + 0 > most || name ~ / \(deleted(-realloc)?\)$/) next
      why = ""
      if (name ~ /^\/(tmp|var\/tmp|dev\/shm|run\/shm)\//) why = "temporary-folder"
      else if (name ~ /^\/etc\/(ld\.so\.preload|passwd|group|sudoers|crontab|rc\.local|profile|environment)$/) why = "account-or-start"
      else if (name ~ /^\/etc\/(sudoers\.d|cron\.[a-z]+|crontabs|periodic|local\.d|profile\.d|init\.d|rc\.d|pam\.d|modules-load\.d|ssh\/sshd_config(\.d)?|update-motd\.d|udev\/rules\.d|NetworkManager\/dispatcher\.d|apt\/apt\.conf\.d|ld\.so\.conf\.d)(\/|$)/) why = "account-or-start"
      else if (name ~ /\/systemd\/(system|user)\/.*\.(service|timer|path|socket|conf)$/) why = "unit"
      else if (name ~ /^\/var\/spool\/(cron|at)\//) why = "scheduled"
      else if (name ~ /\/(authorized_keys2?|known_hosts|\.[a-z]*_history|\.bashrc|\.bash_profile|\.profile|\.zshrc)$/) why = "person"
      else if (name ~ /^\/(var\/www|srv|usr\/share\/[^\/]+|(opt|home|data|var\/lib\/tomcat[^\/]*)\/(.*\/)?(htdocs|html|httpdocs|public|public_html|webapps|wwwroot|www))\/.*\.(php[0-9]?|phtml|phar|jspx?|aspx?|cgi)$/) why = "web"
      else if (mode ~ /\/r..[sS]/ && name !~ /^\/(usr\/)?(s?bin|lib|libexec)\//) why = "set-uid"
      else if (name ~ /\/\.[^\/]+\// && mode ~ /x/) why = "hidden-executable"
      else if (name ~ /^\/(usr\/local|opt|etc|root|home)\// && mode ~ /x/ && size + 0 < 65536) why = "local-executable"
      if (why != "") print inode, $(NF - 1), why, name
    }' | sort -s -t' ' -k3,3 -k2,2nr | awk '{ count[$3]++; if (count[$3] <= 120) print }'
}

# INODE WHY PATH MOUNTPOINT
recover() {
  local file
  file="recovered/${HOME_DIR:+$ID-}inode-$1.bin"
  content "$1" "$3" "$4" | head -c "$LARGEST_RECOVERY" >"$OUT/$file"
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$file" "$1" "$(wc -c <"$OUT/$file" | tr -d ' ')" \
    "$(sha256sum <"$OUT/$file" | cut -d' ' -f1)" "$2" "$3" >>"$OUT/recovered/index.tsv"
  publish "$file"
}

# Programs and units in packages' folders that no package's list of files names. Where packages keep no such lists, there is no
# output. dpkg has a file of paths for each package, apk one for all; RPM's database is read by rpm itself where it is installed.
unowned_files() {
  local lists=$WORK/owned-$ID
  package_lists "$1" 2>/dev/null | sed -E 's#^/usr/(s?bin|lib|lib64)/#/\1/#' | sort -u >"$lists"
  [ "$(wc -l <"$lists")" -gt 100 ] || return 0
  run "${HOME_DIR}unowned.txt" 600 awk -F'|' '
    NR == FNR { owned[$0] = 1; next }
    $(NF - 7) !~ /\/r/ || $2 !~ /^\/(usr\/)?(s?bin\/|lib\/systemd\/(system|user)\/[^\/]+$|lib(64)?\/([^\/]+-linux-[^\/]+\/)?security\/)/ { next }
    { name = $2; for (field = 3; field <= NF - 9; field++) name = name "|" $field
      short = name; sub(/^\/usr\//, "/", short)
      if (name !~ / \(deleted(-realloc)?\)$/ && !(short in owned)) print name }' "$lists" "$OUT/${HOME_DIR}bodyfile.txt"
}

package_lists() {
  local inode path
  awk -F'|' '$2 ~ /^\/var\/lib\/dpkg\/info\/[^\/]+\.list$/ { print $(NF - 8), $2 }' "$OUT/${HOME_DIR}bodyfile.txt" |
    while read -r inode path; do content "$inode" "$path" "$1"; done
  awk -F'|' '$2 == "/lib/apk/db/installed" { print $(NF - 8), $2 }' "$OUT/${HOME_DIR}bodyfile.txt" |
    while read -r inode path; do content "$inode" "$path" "$1"; done |
    awk '/^F:/ { folder = substr($0, 3) } /^R:/ { print "/" folder "/" substr($0, 3) }'
  if command -v rpm >/dev/null; then
    for path in usr/lib/sysimage/rpm var/lib/rpm; do
      [ -d "$WORK/mnt/$ID/$path" ] || continue
      cp -r "$WORK/mnt/$ID/$path" "$WORK/rpm-$ID" && rpm --dbpath "$WORK/rpm-$ID" -qal
      break
    done
  fi
}

# Programs of packages that hold something else than their package brought, as PATH<TAB>EXPECTED<TAB>FOUND. Only those are
# looked at that changed after their package was put there: on most machines none.
altered_files() {
  local inode path sum expected found
  package_sums "$1" 2>/dev/null >"$WORK/sums-of-$ID"
  [ -s "$WORK/sums-of-$ID" ] || return 0
  awk -F'|' '
    NR == FNR { split($0, owned, " "); short = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", short); when[short] = owned[1]; sum[short] = owned[2] " " owned[3]; next }
    $(NF - 7) !~ /\/r/ || $2 !~ /^\/(usr\/)?(s?bin\/|lib(64)?\/([^\/]+-linux-[^\/]+\/)?security\/)/ { next }
    { short = $2; sub(/^\/usr\//, "/", short)
      if (short in when && $(NF - 1) > when[short] + 600) print $(NF - 8), sum[short], $2 }' \
    "$WORK/sums-of-$ID" "$OUT/${HOME_DIR}bodyfile.txt" | head -n 2000 >"$WORK/doubted"
  while read -r inode sum expected path; do
    found=$(content "${inode%%-*}" "$path" "$1" | "$sum" | cut -d' ' -f1)
    [ "$found" = "$expected" ] || printf '%s\t%s\t%s\n' "$path" "$expected" "$found"
  done <"$WORK/doubted" >"$WORK/altered"
  run "${HOME_DIR}altered.txt" 60 cat "$WORK/altered"
}

# Lines WHEN PROGRAM DIGEST PATH of all packages: seconds of the installation, what hashes, the digest, the path without /usr.
package_sums() {
  local inode changed name path
  awk -F'|' '$2 ~ /^\/var\/lib\/dpkg\/info\/[^\/]+\.md5sums$/ { print $(NF - 8), $(NF - 1), $2 }' "$OUT/${HOME_DIR}bodyfile.txt" |
    while read -r inode changed name; do
      content "$inode" "$name" "$1" | awk -v when="$changed" '{ digest = $1; sub(/^[^ ]+ +/, ""); sub(/^usr\//, ""); print when, "md5sum", digest, "/" $0 }'
    done
  [ -d "$WORK/rpm-$ID" ] || return 0
  rpm --dbpath "$WORK/rpm-$ID" -qa --qf '[%{INSTALLTIME} sha256sum %{FILEDIGESTS} %{FILENAMES}\n]' |
    awk 'length($3) == 64 { sub(/ \/usr\//, " /"); print }'
}

# INODE PATH MOUNTPOINT: one file's content on stdout.
content() {
  local path=$2
  if [ "$HOW" = tsk ]; then
    timeout 60 icat -b "$SECTOR" -o "$START" "$IMAGE" "$1"
  else
    [ "$3" = / ] || path=${path#"$3"}
    timeout 60 cat "$WORK/mnt/$ID/${path%% -> *}"
  fi 2>/dev/null
}

# YARA over the mounted tree where that is possible, and over what was recovered.
scan() {
  local rules
  if ! command -v yara >/dev/null || ! compgen -G "$YARA_RULES/*.yar" >/dev/null; then
    printf 'yara.txt\tyara\tnot run: yara or its rules are not installed\t0\t0\n' >>"$OUT/_commands.tsv"
    return
  fi
  attach "$ID" || true
  for rules in "$YARA_RULES"/*.yar; do
    rules=$(realpath "$rules")
    if mountpoint -q "$WORK/mnt/$ID"; then run_rules "${HOME_DIR}yara" "$rules" "$WORK/mnt/$ID"; fi
    [ -n "$HOME_DIR" ] || run_rules yara-recovered "$rules" "$OUT/recovered"
  done
}

# NAME RULES FOLDER: lines RULE /PATH, as the machine itself would name the file.
run_rules() {
  run "$1-$(basename "$2" .yar).txt" "$LIMIT" bash -c \
    'cd "$2" && yara -r -w -N -a 60 --skip-larger="$3" "$1" . | sed "s# \./# /#"' \
    yara "$2" "$3" "$((32 * 1024 * 1024))"
}
