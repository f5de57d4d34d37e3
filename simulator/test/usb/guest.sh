#!/usr/bin/env bash
# Runs a script in the guest; the exit code is the script's, 99 when it never ended.
#   simulator/test/usb/guest.sh SCRIPT [arguments of qemu-system-x86_64 …]
# The guest sees the files of this machine, read-only, at the same paths. It runs without KVM, which isn't there on most machines of CI.
# COMPTOIR_GUEST_SECONDS: after so long it's ended. COMPTOIR_GUEST_OUT: a file that gets what the guest writes to /dev/ttyS2.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
build="$here/build"
script="$(realpath "$1")"
shift
[ -e "$build/done" ] || { echo "run simulator/test/usb/setup.sh first" >&2; exit 1; }

code="$(mktemp)"
trap 'rm -f "$code"' EXIT
# Not the TSC, whose speed a kernel measures as it boots: on a busy machine it's wrong by far. HPET's is told.
timeout "${COMPTOIR_GUEST_SECONDS:-7200}" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu max -smp 2 -m 4096 \
  -nodefaults -no-user-config -no-reboot -display none \
  -serial stdio -serial "file:$code" -serial "file:${COMPTOIR_GUEST_OUT:-/dev/null}" \
  -kernel "$(ls "$build"/kernel/boot/vmlinuz-*)" -initrd "$build/initrd.cpio" \
  -append "console=ttyS0 quiet loglevel=4 panic=-1 clocksource=hpet tsc=unstable mitigations=off run=$script" \
  -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
  "$@" &
# Who ends this ends the guest.
trap 'kill $! 2>/dev/null || true' TERM
wait $! || true
exit "$(tr -d '\r\n' <"$code" | grep . || echo 99)"
