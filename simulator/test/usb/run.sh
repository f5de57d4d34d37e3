#!/usr/bin/env bash
# `npm run test:usb [-- part of a name …]`: boots the guest, and there has the contract of transports kept by real devices; then once more, with a
# reader that is plugged in from outside; then with Chromium, whose page takes sales. A guest without a case of these names isn't booted.
# Ends with tables of transports and cases; the JUnit files are simulator/test/dist/usb*.xml.
# With the images for the Pico built, the emulated chip, which runs on this side, is plugged into the guest, too.
#   COMPTOIR_SALES=100      sales in a row, on each transport
#   COMPTOIR_SAMPLE=120     cases that take so many seconds; COMPTOIR_SEED draws them
set -euo pipefail
cd "$(dirname "$0")/../../.."
suite=simulator/test/usb/build/suite
export COMPTOIR_GUEST_PROGRAM="${COMPTOIR_GUEST_PROGRAM:-suite}" COMPTOIR_SALES="${COMPTOIR_SALES:-100}"
program="$COMPTOIR_GUEST_PROGRAM"
node simulator/test/usb/bundle.mjs "$PWD/$suite"
mkdir -p simulator/test/dist
folder="$(mktemp -d)"
readers=()
trap 'kill "${readers[@]}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

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

# has PROGRAM ARGUMENTS …: whether the parts of names that were given leave cases of it.
has() {
  local count
  count="$(COMPTOIR_CASES=count node "$suite/$1.js" "${@:2}" "${parts[@]}")" || exit 1
  [ "$count" -gt 0 ]
}

network=(-netdev user,id=net -device virtio-net-pci,netdev=net)
redirected=(-device qemu-xhci,id=xhci -chardev "socket,id=reader,path=$folder/usbredir,reconnect-ms=500" -device usb-redir,chardev=reader,bus=xhci.0)

# inside JUNIT-FILE ENVIRONMENT ARGUMENTS-OF-QEMU …: runs the program in the guest.
inside() {
  local junit="$1" environment="$2"
  shift 2
  cat >"$folder/script" <<SCRIPT
. "$PWD/simulator/test/usb/inside.sh"
load usbip-core vhci-hcd uhid
start_udev
cd "$PWD"
$environment node "$suite/$program.js" /tmp/usb.xml ${parts[*]@Q}
code=\$?
[ ! -e /tmp/usb.xml ] || cat /tmp/usb.xml >/dev/ttyS2
exit \$code
SCRIPT
  COMPTOIR_GUEST_OUT="$PWD/simulator/test/dist/$junit" simulator/test/usb/guest.sh "$folder/script" "$@"
}

# browser JUNIT-FILE: the guest has Chromium alone, and what drives its page is on this side. It ends when the guest does.
browser() {
  local driver machine first status=0
  node "$suite/browser.js" "$folder/usbredir" "$folder/port" "simulator/test/dist/$1" "${parts[@]}" &
  driver=$!
  until [ -s "$folder/port" ]; do
    kill -0 "$driver" || return 1
    sleep 0.2
  done
  echo "export PAGE_PORT=$(cat "$folder/port"); . '$PWD/simulator/test/usb/browser.sh'" >"$folder/script"
  simulator/test/usb/guest.sh "$folder/script" "${network[@]}" "${redirected[@]}" &
  machine=$!
  readers+=("$driver" "$machine")
  wait -n -p first "$driver" "$machine" || status=$?
  [ "${first:-}" = "$driver" ] || { echo "the guest ended too early" >&2 && status=1; }
  return "$status"
}

parts=("$@")
code=0
if [ "$program" = bench ]; then
  inside bench.xml ""
  browser bench.xml
  exit
fi
pico=firmware/port/build/pico/comptoir.uf2
environment="COMPTOIR_SALES=$COMPTOIR_SALES"
for name in COMPTOIR_SAMPLE COMPTOIR_SEED; do [ -z "${!name:-}" ] || environment+=" $name=${!name}"; done
[ ! -e "$pico" ] || export COMPTOIR_PICO_PORT=any
if has suite /dev/null; then
  if [ -e "$pico" ]; then
    reader pico pico usbip
    environment+=" COMPTOIR_PICO_PORT=$(field pico .port) COMPTOIR_PICO_SERIAL=$(field pico .serial)"
  fi
  inside usb.xml "$environment" "${network[@]}" || code=$?
fi
if COMPTOIR_REDIR_SERIAL=any has suite /dev/null; then
  reader redir node usbredir "$folder/usbredir"
  inside usbThroughQemu.xml "$environment COMPTOIR_REDIR_SERIAL=$(field redir .serial)" "${redirected[@]}" || code=$?
  kill "${readers[-1]}"
fi
if has browser "$folder/none" "$folder/none" /dev/null; then browser usbBrowser.xml || code=$?; fi
exit "$code"
