#!/usr/bin/env bash
# What `npm run test:shop:postgres` needs beside Node: PostgreSQL of Debian's package, any version from 15 on. Installing needs root.
set -euo pipefail
if command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; then exit 0; fi
exec "$(dirname "$0")/../../../firmware/port/installPackages.sh" postgresql
