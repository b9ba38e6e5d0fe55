#!/bin/sh
# Looks up a mining pool, as a miner does first. Nothing is downloaded and nothing connects:
# the name alone makes GuardDuty report CryptoCurrency:EC2/BitcoinTool.B!DNS.
set -eu
for _ in 1 2 3 4 5; do
  getent hosts pool.minergate.com || true
  sleep 2
done
echo 'Looked up a mining pool five times. GuardDuty needs some minutes.'
