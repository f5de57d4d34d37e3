#!/usr/bin/env bash
# `npm run test:usb [-- part of a name …]`: boots the guest, and there has the contract of transports kept by real devices.
# Ends with the table of transports and cases; the JUnit file is simulator/test/dist/usb.xml. With the images for the Pico built, the
# emulated chip, which runs on this side, is plugged into the guest, too.
#   COMPTOIR_SALES=100    sales in a row, on each transport
set -euo pipefail
cd "$(dirname "$0")/../../.."
suite=simulator/test/usb/build/suite
node simulator/test/usb/bundle.mjs "$PWD/$suite"

environment=(COMPTOIR_SALES="${COMPTOIR_SALES:-100}")
if [ -e firmware/port/build/pico/comptoir.uf2 ]; then
  coproc PICO { exec node "$suite/comptoir-sim.js" reader --usb 0 --no-attach --target pico --card visa-debit --json; }
  trap 'kill "$PICO_PID" 2>/dev/null || true' EXIT
  read -r pico <&"${PICO[0]}"
  field() { node -p "JSON.parse(process.argv[1])$1" "$pico"; }
  environment+=(COMPTOIR_PICO_PORT="$(field .usb.port)" COMPTOIR_PICO_SERIAL="$(field .serial)")
fi

script="$(mktemp)"
cat >"$script" <<SCRIPT
. "$PWD/simulator/test/usb/inside.sh"
load usbip-core vhci-hcd uhid
start_udev
cd "$PWD"
${environment[*]} node "$suite/${COMPTOIR_GUEST_PROGRAM:-suite}.js" /tmp/usb.xml $(printf '%q ' "$@")
code=\$?
[ ! -e /tmp/usb.xml ] || cat /tmp/usb.xml >/dev/ttyS2
exit \$code
SCRIPT
mkdir -p simulator/test/dist
code=0
COMPTOIR_GUEST_OUT="$PWD/simulator/test/dist/usb.xml" simulator/test/usb/guest.sh "$script" \
  -netdev user,id=net -device virtio-net-pci,netdev=net || code=$?
rm "$script"
exit "$code"
