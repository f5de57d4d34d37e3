#!/usr/bin/env bash
# The same day on PostgreSQL: without a browser, then in Chromium. Started by sdk/shop/test/withPostgres.sh, which says where the server is.
set -euo pipefail
cd "$(dirname "$0")/../../.."
node simulator/run.mjs counter --once --database "$COMPTOIR_POSTGRES"
exec npx vitest run --config simulator/counter/vitest.config.ts "$@"
