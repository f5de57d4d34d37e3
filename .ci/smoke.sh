#!/usr/bin/env bash
# What a person tries first: a sale, then the commands that `npm run build` made.
set -euo pipefail
cd "$(dirname "$0")/.."

# Prints one field of the one JSON value on standard input, and fails when there is anything else.
json() { node -e "console.log(JSON.parse(require('node:fs').readFileSync(0, 'utf8'))$1)"; }

npm start
npm start -- --card mastercard --amount 12.50 --interface contact --target node --seed 7 --trace
npm start --silent -- --json | json .result.status

# --no: what isn't linked here must not come from the registry.
npx --no -- comptoir-sim card list --json | json .length

# One sale between two processes. The reader is started without npx, which would stand between it and SIGTERM.
coproc READER { exec node_modules/.bin/comptoir-sim reader --ws 0 --card visa-debit --json; }
reader_pid="$READER_PID"
trap 'kill "$reader_pid" 2>/dev/null || true' EXIT
read -r printed <&"${READER[0]}"
npx --no -- comptoir --reader "$(json .url <<<"$printed")" pay 12.50
kill "$reader_pid"
wait "$reader_pid" # the reader's own exit code, 0 after SIGTERM

# A shop on a server of its own, without a simulator: its page, then SIGTERM.
shop_folder="$(mktemp -d)"
coproc SHOP { exec node_modules/.bin/comptoir-shop serve --data "$shop_folder/data" --shop docs/how-to/shop.example.json --port 0 --json; }
shop_pid="$SHOP_PID"
trap 'kill "$shop_pid" 2>/dev/null || true; rm -rf "$shop_folder"' EXIT
read -r printed <&"${SHOP[0]}"
node -e "fetch(process.argv[1]).then((page) => { if (page.status !== 200) throw new Error(String(page.status)); })" "$(json .shops[0].site <<<"$printed")"
kill "$shop_pid"
wait "$shop_pid"
