#!/usr/bin/env bash
# Builds the firmware for boards, from the bundles to the images, and says what they weigh. Installs what it needs (setup.sh).
#   firmware/port/build.sh [pico] [pico2] [host]     without a name: pico and pico2
# The images: firmware/port/build/<board>/comptoir.uf2 and comptoir-card.uf2; comptoir-vectors.uf2 and comptoir-probe.uf2 are for tests and never published.
set -euo pipefail
cd "$(dirname "$0")"
port="$PWD"
repository="$(cd ../.. && pwd)"

boards=("$@")
[ ${#boards[@]} -gt 0 ] || boards=(pico pico2)

# Nothing in an image may depend on when or where it was built.
export SOURCE_DATE_EPOCH=0 TZ=UTC LC_ALL=C

build_pico() { # board, platform of the SDK
  local made="$port/build/$1"
  cmake -S "$port/boards/pico" -B "$made" -G Ninja -DPICO_BOARD="$1" -DPICO_PLATFORM="$2" -DCMAKE_BUILD_TYPE=MinSizeRel >"$made.log" 2>&1 &&
    ninja -C "$made" >>"$made.log" 2>&1 || { cat "$made.log" >&2; return 1; }
  arm-none-eabi-size "$made"/comptoir-*.elf
  sed -n '/^boot stage of comptoir:/,/^comptoir-probe:/p' "$made.log"
  (cd "$port/build" && sha256sum "$1"/comptoir*.uf2 "$1"/comptoir.update)
}

for board in "${boards[@]}"; do
  case "$board" in
    host) kind=host ;;
    pico | pico2) kind=pico ;;
    *) echo "usage: $0 [pico] [pico2] [host]" >&2; exit 2 ;;
  esac
  "$port/setup.sh" "$kind"
done
"$repository/.config/bundle.sh" protocol firmware sdk factory
"$port/engine/build.sh"
for board in "${boards[@]}"; do
  case "$board" in
    host) "$port/boards/host/build.sh" ;;
    pico) build_pico pico rp2040 ;;
    pico2) build_pico pico2 rp2350-arm-s ;;
  esac
done
