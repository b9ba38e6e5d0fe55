#!/bin/bash
# Makes a Debian 12 machine into the forensic image, and stops at the first thing that is not as pinned.
# Runs as root, with the files of this folder beside it; needs the internet, which the image will never see again.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
here=$(cd "$(dirname "$0")" && pwd)

# Versions of Debian 12; apt checks their signatures. jq and gzip are for people, the rest for our scripts.
packages=(
  sleuthkit=4.11.1+dfsg-1+b1
  yara=4.2.3-4
  awscli=2.9.19-1
  python3-venv
  jq
  curl
)
apt-get update -q
apt-get install -y -q --no-install-recommends "${packages[@]}"

python3 -m venv /opt/cordon/volatility
/opt/cordon/volatility/bin/pip install -q --require-hashes --only-binary :all: -r "$here/volatility-requirements.txt"
ln -sf /opt/cordon/volatility/bin/vol /usr/local/bin/vol
mkdir -p /opt/cordon/symbols /opt/cordon/yara

# Evidence volumes are opened by our scripts alone, read-only; nothing mounts or probes them by itself.
systemctl mask udisks2.service 2>/dev/null || true
echo 'SUBSYSTEM=="block", ENV{UDISKS_IGNORE}="1"' >/etc/udev/rules.d/99-cordon.rules

# No way in but Systems Manager.
systemctl disable --now ssh.service 2>/dev/null || true
rm -f /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys

# What the machine will check of itself at every start is checked here, too.
for tool in aws fls mmls mactime yara vol sha256sum; do
  command -v "$tool" >/dev/null || {
    echo "provision: $tool is missing" >&2
    exit 1
  }
done
vol --help | grep -q 'Volatility 3 Framework 2.11.0'
fls -V | grep -q '4.11.1'
yara --version | grep -q '^4\.2\.3'
systemctl is-enabled amazon-ssm-agent.service >/dev/null ||
  systemctl is-enabled snap.amazon-ssm-agent.amazon-ssm-agent.service >/dev/null
echo 'provision: the image has all it needs'
