#!/usr/bin/env bash
# `npm run test:usb [-- part of a name …]`: boots the guest, and there has the contract of transports kept by real devices; then once more, with a
# reader that is plugged in from outside. Ends with tables of transports and cases; the JUnit files are simulator/test/dist/usb*.xml.
# With the images for the Pico built, the emulated chip, which runs on this side, is plugged into the guest, too.
#   COMPTOIR_SALES=100    sales in a row, on each transport
set -euo pipefail
cd "$(dirname "$0")/../../.."
suite=simulator/test/usb/build/suite
program="${COMPTOIR_GUEST_PROGRAM:-suite}"
node simulator/test/usb/bundle.mjs "$PWD/$suite"
mkdir -p simulator/test/dist
folder="$(mktemp -d)"
readers=()
trap 'kill "${readers[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT

# reader NAME TARGET WIRE …: starts one on this side; what it printed is in the folder.
reader() {
  local name="$1"
  shift
  node "$suite/elsewhere.js" "$@" >"$folder/$name.json" &
  readers+=($!)
  until [ -s "$folder/$name.json" ]; do
    kill -0 $! || return 1
    sleep 0.2
  done
}
field() { node -p "JSON.parse(require('node:fs').readFileSync('$folder/$1.json'))$2"; }

# guest JUNIT-FILE ENVIRONMENT ARGUMENTS-OF-QEMU …: runs the program there.
guest() {
  local junit="$1" environment="$2"
  shift 2
  cat >"$folder/script" <<SCRIPT
. "$PWD/simulator/test/usb/inside.sh"
load usbip-core vhci-hcd uhid
start_udev
cd "$PWD"
$environment node "$suite/$program.js" /tmp/usb.xml $parts
code=\$?
[ ! -e /tmp/usb.xml ] || cat /tmp/usb.xml >/dev/ttyS2
exit \$code
SCRIPT
  COMPTOIR_GUEST_OUT="$PWD/simulator/test/dist/$junit" simulator/test/usb/guest.sh "$folder/script" "$@"
}
parts="$(printf '%q ' "$@")"
[ $# -gt 0 ] || parts=""

environment="COMPTOIR_SALES=${COMPTOIR_SALES:-100}"
if [ "$program" = suite ] && [ -e firmware/port/build/pico/comptoir.uf2 ]; then
  reader pico pico usbip
  environment+=" COMPTOIR_PICO_PORT=$(field pico .port) COMPTOIR_PICO_SERIAL=$(field pico .serial)"
fi
code=0
guest usb.xml "$environment" -netdev user,id=net -device virtio-net-pci,netdev=net || code=$?
if [ "$program" = suite ]; then
  reader redir node usbredir "$folder/usbredir"
  guest usbThroughQemu.xml "COMPTOIR_REDIR_SERIAL=$(field redir .serial)" -device qemu-xhci,id=xhci \
    -chardev "socket,id=reader,path=$folder/usbredir,reconnect-ms=500" -device usb-redir,chardev=reader,bus=xhci.0 || code=$?
fi
exit "$code"
