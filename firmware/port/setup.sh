#!/usr/bin/env bash
# What the C port is built with: Debian 13's packages, and the sources of QuickJS and mbedTLS from Debian, pinned and patched.
#   firmware/port/setup.sh host    the twin on this machine
#   firmware/port/setup.sh pico    that, and the tool chain of RP2040 and RP2350 (2.7 GB)
# Safe to run again: what is there already is left alone. Installing packages needs root.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-host}" in
  host) wanted=(host) ;;
  pico) wanted=(host pico) ;;
  *) echo "usage: $0 [host|pico]" >&2; exit 2 ;;
esac

host=(gcc libc6-dev cmake ninja-build dpkg-dev patch xz-utils bzip2 valgrind)
pico=(pico-sdk-source tinyusb-source picotool gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib)

for group in "${wanted[@]}"; do
  declare -n packages="$group"
  ./installPackages.sh "${packages[@]}"
done
./engine/fetchSources.sh
