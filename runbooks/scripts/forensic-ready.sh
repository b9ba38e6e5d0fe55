#!/bin/bash
# User data of the forensic instance: checks that the tools of the image are there, then says so by a marker object whose
# place the instance's own tags name. An agent that is registered says nothing about tools; this does.
set -euo pipefail
export LC_ALL=C

metadata() {
  local token
  token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  curl -fsS -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

for tool in aws fls mmls mactime yara vol sha256sum; do
  command -v "$tool" >/dev/null || {
    echo "forensic-ready: $tool is missing from the image" >&2
    exit 1
  }
done

bucket=$(metadata 'tags/instance/cordon:bucket')
marker=$(metadata 'tags/instance/cordon:marker')
{
  printf 'volatility3 %s\n' "$(vol --help 2>/dev/null | head -n 1)"
  printf 'sleuthkit %s\n' "$(fls -V)"
  printf 'yara %s\n' "$(yara --version)"
} | aws s3 cp --only-show-errors - "s3://$bucket/$marker"
