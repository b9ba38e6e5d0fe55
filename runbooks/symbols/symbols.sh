#!/usr/bin/env bash
# Symbols of a kernel for Volatility 3: debug package in, symbols/linux/<sha256>.json.xz in the tools bucket out.
# Usage: symbols.sh PLAN OUT, PLAN being what "cordon gitops symbols" wrote: lines "address URL", or one line
# "dnf IMAGE REPOSITORY PACKAGE". Environment: CORDON_TOOLS_BUCKET (nothing is uploaded without it).
# Needs curl, dwarf2json, xz, aws; dpkg-deb for .deb, docker and bsdtar for .rpm. Some gigabytes of disk, 8 GB of memory.
set -eu -o pipefail

plan=$1
out=$2
mkdir -p "$out/package" "$out/tree"

fetch() {
  while read -r how first repository package; do
    case $how in
      address)
        if curl --fail --silent --show-error --location --proto '=https,http' --output "$out/package/kernel.deb" "$first"; then
          dpkg-deb --extract "$out/package/kernel.deb" "$out/tree"
          return 0
        fi
        ;;
      dnf)
        docker run --rm --volume "$PWD/$out/package:/out" "$first" sh -c \
          "(dnf -y install 'dnf-command(download)' || yum -y install yum-utils) >&2 &&
           (dnf download --enablerepo='$repository' --destdir /out '$package' ||
            yumdownloader --enablerepo='$repository' --destdir /out '$package') >&2"
        for rpm in "$out"/package/*.rpm; do bsdtar -xf "$rpm" -C "$out/tree"; done
        return 0
        ;;
    esac
  done < "$plan"
  echo 'No address of the plan has the debug package: was it taken away, or is the kernel a custom one?' >&2
  return 1
}

fetch
kernel=$(find "$out/tree" -type f \( -name 'vmlinux-*' -o -name 'vmlinux' \) -size +1M | sort | head -n 1)
test -n "$kernel" || { echo 'The debug package holds no vmlinux.' >&2; exit 1; }
dwarf2json linux --elf "$kernel" > "$out/symbols.json"
xz --threads=0 --compress --force "$out/symbols.json"
digest=$(sha256sum "$out/symbols.json.xz" | cut -d ' ' -f 1)
if [ -n "${CORDON_TOOLS_BUCKET:-}" ]; then
  aws s3api put-object --bucket "$CORDON_TOOLS_BUCKET" --key "symbols/linux/$digest.json.xz" \
    --body "$out/symbols.json.xz" --checksum-algorithm SHA256 > /dev/null
fi
printf '%s\n' "$digest" > "$out/digest"
echo "Symbols of $(basename "$kernel"): $digest"
