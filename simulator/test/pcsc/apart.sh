#!/usr/bin/env bash
# Runs a command beside a PC/SC daemon of its own, in namespaces of its own: it sees no network but loopback, and no daemon of the machine.
# Needs root (or a kernel that gives it to users) and the packages of setup.sh.
#   simulator/test/pcsc/apart.sh COMMAND …
set -euo pipefail

if [ "${COMPTOIR_APART:-}" != yes ]; then
  for program in pcscd opensc-tool pcsc_scan ip unshare; do
    command -v "$program" >/dev/null || { echo "there is no $program: run simulator/test/pcsc/setup.sh first" >&2; exit 1; }
  done
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
  exec env COMPTOIR_APART=yes unshare "${as_root[@]}" --net --mount --pid --fork --kill-child --mount-proc -- "$0" "$@"
fi

ip link set lo up
mkdir -p /run/pcscd
mount -t tmpfs tmpfs /run/pcscd
# Its words go where the tests look when something fails.
pcscd --foreground --disable-polkit >"${COMPTOIR_PCSCD_LOG:-/dev/null}" 2>&1 &
"$@"
