#!/usr/bin/env bash
# Finds the file systems of an image: partitions, logical volumes, or the whole of it. Part of analyse-disk.sh, whose
# functions and variables it uses; $WORK/found gets a line for each place: id image sector-bytes start length type how.
# shellcheck disable=SC2016 # programs of awk stand in single quotes

# NUMBER IMAGE: adds every partition, or the whole image when it has no table, to filesystems.
discover() {
  local number=$1 image=$2 bytes slot start length
  run "image-$number/img_stat.txt" 60 img_stat "$image"
  # 4096: disks with 4 KiB sectors, whose GPT lies elsewhere.
  for bytes in 512 4096; do
    run "image-$number/mmls.txt" 60 mmls -b "$bytes" "$image" || continue
    # "006:  000       0000043008   0000655326   0000612319": the slot is a number, and the description may be empty.
    awk '$1 ~ /^[0-9]+:$/ && $2 ~ /^[0-9]+(:[0-9]+)?$/ { print $2, $3 + 0, $5 + 0 }' "$OUT/image-$number/mmls.txt" |
      while read -r slot start length; do
        probe "$number-${slot//:/-}" "$image" "$bytes" "$start" "$length"
      done
    grep -q "^$number-" "$WORK/found" && return
  done
  probe "$number-whole" "$image" 512 0 "$(($(image_bytes "$image") / 512))"
}

image_bytes() {
  if [ -b "$1" ]; then blockdev --getsize64 "$1"; else stat -Lc %s "$1"; fi
}

# ID IMAGE SECTOR-BYTES START LENGTH: what lies there. Reading by the Sleuth Kit comes first; the rest goes by signature.
probe() {
  local id=$1 image=$2 bytes=$3 start=$4 length=$5 type how=none
  if type=$(fsstat -t -b "$bytes" -o "$start" "$image" 2>/dev/null) && [ -n "$type" ]; then
    how=tsk
  else
    type=$(blkid -p -O "$((start * bytes))" -S "$((length * bytes))" -o value -s TYPE "$image" 2>/dev/null)
    case $type in
      LVM2_member) probe_volumes "$id" "$image" "$bytes" "$start" ;;
      xfs | btrfs) how=mount ;;
      *) type=${type:-unknown} ;;
    esac
  fi
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "$image" "$bytes" "$start" "$length" "$type" "$how" >>"$WORK/found"
}

# The logical volumes of a physical one, from its own metadata: no volume is activated, so nothing is written and no
# device mapper is needed. A volume in one piece lies at an offset like a partition; others are only named.
probe_volumes() {
  local id=$1 image=$2 bytes=$3 start=$4 name first count pieces
  dd if="$image" of="$WORK/pv" bs=1M count=4 iflag=skip_bytes skip="$((start * bytes))" 2>/dev/null
  pvck --dump metadata "$WORK/pv" 2>/dev/null | logical_volumes >"$WORK/volumes"
  while read -r name first count pieces; do
    if [ "$pieces" = 1 ] && [ $((first * 512 % bytes)) = 0 ]; then
      probe "$id-$name" "$image" "$bytes" "$((start + first * 512 / bytes))" "$((count * 512 / bytes))"
    else
      printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$id-$name" "$image" "$bytes" "$start" 0 "volume in $pieces pieces" none \
        >>"$WORK/found"
    fi
  done <"$WORK/volumes"
}

# LVM's text metadata on stdin to lines: NAME FIRST-SECTOR SECTORS PIECES (sectors of 512 bytes, from the volume's start).
logical_volumes() {
  awk '
    { gsub(/[",]|\[|\]/, " ") }
    $1 == "logical_volumes" { inside = 1; depth = 0 }
    $2 == "=" || $1 == "#" { value[$1] = $3 }
    $1 == "extent_size" { extent = $3 }
    $1 == "pe_start" { begin = $3 }
    inside && $2 == "{" { depth++; if (depth == 2) { name = $1; pieces = 0; count = 0; plain = 1 } }
    inside && $1 == "segment_count" { pieces = $3 }
    inside && $1 == "extent_count" { count = $3 }
    inside && $1 == "type" && $3 != "striped" { plain = 0 }
    inside && $1 == "stripe_count" && $3 != 1 { plain = 0 }
    inside && $1 ~ /^pv[0-9]+$/ { at = $2 }
    inside && $1 == "}" {
      depth--
      if (depth == 1 && name ~ /^[A-Za-z0-9_.+-]+$/) {
        print name, begin + at * extent, count * extent, (plain ? pieces : "several")
      }
      if (depth == 0) inside = 0
    }'
}
