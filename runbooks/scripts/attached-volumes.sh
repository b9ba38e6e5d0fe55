#!/usr/bin/env bash
# Turns the parameters of Cordon-AnalyseDisk (SSM_…) into the arguments of analyse-disk.sh: OUT DEVICE...
# A volume is found by its id, which Nitro gives as the NVMe serial number; device names say nothing there.
# shellcheck disable=SC2154 # the command document sets SSM_…

SYSFS=${CORDON_SYSFS:-/sys}
# A volume may still be attaching; after this many seconds it is not coming.
ATTACH_SECONDS=${CORDON_ATTACH_SECONDS:-300}

# VOLUME DEVICE: prints the block device of an attached volume; on Xen, which has no serial numbers, that of DEVICE.
attached_volume() {
  local serial=${1/-/} waited=0 at
  while :; do
    for at in "$SYSFS"/block/nvme*; do
      [ -r "$at/device/serial" ] || continue
      # The kernel pads serial numbers with blanks.
      if [ "$(tr -d ' \n' <"$at/device/serial")" = "$serial" ]; then
        printf '/dev/%s' "$(basename "$at")"
        return 0
      fi
    done
    if [ -e "$SYSFS/block/xvd${2#/dev/sd}" ]; then
      printf '/dev/xvd%s' "${2#/dev/sd}"
      return 0
    fi
    [ "$waited" -lt "$ATTACH_SECONDS" ] || return 1
    sleep 2
    waited=$((waited + 2))
  done
}

# Prints one device a line for SSM_Volumes (DEVICE=VOLUME,…), in its order; a volume that is not there is named on stderr.
attached_volumes() {
  local pair device
  for pair in ${1//,/ }; do
    if device=$(attached_volume "${pair#*=}" "${pair%%=*}"); then
      printf '%s\n' "$device"
    else
      printf 'analyse-disk: %s is not attached\n' "${pair#*=}" >&2
    fi
  done
}

if [ -n "${SSM_Volumes:-}" ]; then
  export CORDON_S3="s3://$SSM_Bucket/$SSM_Prefix"
  out="${CORDON_OUT:-/var/lib/cordon}/$SSM_Incident/disk"
  mkdir -p "$out"
  mapfile -t devices < <(attached_volumes "$SSM_Volumes")
  if [ -n "${SSM_ToolsBucket:-}" ]; then
    export CORDON_YARA_RULES="${CORDON_OUT:-/var/lib/cordon}/yara"
    aws s3 cp --recursive --only-show-errors "s3://$SSM_ToolsBucket/yara/" "$CORDON_YARA_RULES/" >&2 || true
  fi
  set -- "$out" ${devices[@]+"${devices[@]}"}
fi
