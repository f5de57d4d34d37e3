#!/usr/bin/env bash
# Bundles workspaces; what that says goes to standard error. With COMPTOIR_BUILT, `npm run build` was just run: nothing is written again that
# others may be reading.   .config/bundle.sh NAME…
set -euo pipefail
cd "$(dirname "$0")/.."
[ -z "${COMPTOIR_BUILT:-}" ] || exit 0
for name in "$@"; do npm run -s bundle -w "@comptoir/$name" >&2; done
