#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own, whose address is in COMPTOIR_POSTGRES; nothing of it stays.
# PostgreSQL doesn't run as root: root lends it the account that Debian's package made.
set -euo pipefail
cd "$(dirname "$0")/../../.."

bin="$(dirname "$(readlink -f "$(command -v pg_ctl || ls -1 /usr/lib/postgresql/*/bin/pg_ctl | tail -1)")")"
folder="$(mktemp -d)"
as=()
if [[ "$(id -u)" == 0 ]]; then
  chown postgres "$folder"
  as=(runuser -u postgres --)
fi
port="$(node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")"
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null || true; rm -rf "$folder"' EXIT

"${as[@]}" "$bin/initdb" -D "$folder/data" -U shop --auth=trust >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-c listen_addresses=127.0.0.1 -p $port -c unix_socket_directories='$folder'" start >/dev/null
COMPTOIR_POSTGRES="postgres://shop@127.0.0.1:$port/postgres" "$@"
