#!/bin/bash
# A small web server, and files erased on purpose: analysis should find them.
set -eu
dnf install -y nginx
printf 'ok\n' > /usr/share/nginx/html/healthy
mkdir -p /opt/demo
printf 'demo: a customer list that somebody deleted\n' > /opt/demo/customers.csv
printf 'demo: a script that somebody deleted\n' > /opt/demo/cleanup.sh
sync
rm -f /opt/demo/customers.csv /opt/demo/cleanup.sh
systemctl enable --now nginx
