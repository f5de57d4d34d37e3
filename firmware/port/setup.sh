#!/usr/bin/env bash
# What the C port is built with: Debian 13's packages, and the sources of QuickJS and mbedTLS from Debian, pinned and patched.
#   firmware/port/setup.sh host    the twin on this machine
#   firmware/port/setup.sh pico    that, and the tool chain of RP2040 and RP2350 (2.7 GB)
# Safe to run again: what is there already is left alone. Installing packages needs root; nothing of apt's own settings is changed.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-host}" in
  host) wanted=(host) ;;
  pico) wanted=(host pico) ;;
  *) echo "usage: $0 [host|pico]" >&2; exit 2 ;;
esac

host=(gcc libc6-dev cmake ninja-build dpkg-dev patch xz-utils bzip2 valgrind)
pico=(pico-sdk-source tinyusb-source picotool gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib)

install_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "needs root for: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  echo "installing ${missing[*]}" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

for group in "${wanted[@]}"; do
  declare -n packages="$group"
  install_packages "${packages[@]}"
done
./engine/fetchSources.sh
