#!/bin/sh
# Looks up the name that GuardDuty keeps for tests; it reports Backdoor:EC2/C&CActivity.B!DNS.
# https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html
set -eu
for _ in 1 2 3 4 5; do
  getent hosts guarddutyc2activityb.com || true
  sleep 2
done
# What an intruder would leave, as plain text: nothing here runs or listens.
printf 'demo: this would be a web shell\n' > /usr/share/nginx/html/.demo-shell.txt
rm -f /usr/share/nginx/html/.demo-shell.txt
echo 'Looked up the test name of GuardDuty five times; left an erased file to be found.'
