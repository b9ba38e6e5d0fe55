#!/bin/bash
# First boot of a forensic instance: check that the image has its tools, then say so by one object in the evidence
# bucket. Its tags say where (instance metadata tags); no marker means a broken image, and the workflow says that.
set -euo pipefail

metadata() {
  curl -sf --max-time 5 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}
token=$(curl -sf --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)
region=$(metadata placement/region)
bucket=$(metadata tags/instance/cordon:bucket)
marker=$(metadata tags/instance/cordon:marker)

# Evidence volumes are opened by our own scripts, read-only; nothing else may mount them.
systemctl mask --now udisks2.service 2>/dev/null || true

missing=''
for tool in fls mactime mmls vol yara aws jq; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  logger -t cordon "the image lacks:$missing"
  exit 1
fi

ready=$(mktemp)
printf '{"ready":true,"tools":"%s"}\n' "$(fls -V 2>&1 | head -n 1 | tr -dc 'A-Za-z0-9 ._-')" >"$ready"
aws s3api put-object --region "$region" --bucket "$bucket" --key "$marker" --body "$ready" >/dev/null
rm -f "$ready"
