#!/usr/bin/env bash
# Builds the host twin as it is, under sanitizers, and (the probe only) with the faults of QuickJS's release left in.
# Output: firmware/port/build/{host,host-sanitized,host-faulty}/comptoir-host-*
set -euo pipefail
port="$(cd "$(dirname "$0")/../.." && pwd)"
"$port/engine/build.sh"

build() { # name, target, options of cmake
  local folder="$port/build/$1" target="$2"
  shift 2
  [ -e "$folder/build.ninja" ] || cmake -S "$port" -B "$folder" -G Ninja "$@" >/dev/null
  ninja -C "$folder" --quiet "$target"
}
build host all -DCOMPTOIR_SANITIZE=OFF
build host-sanitized all -DCOMPTOIR_SANITIZE=ON
build host-faulty comptoir-host-probe -DCOMPTOIR_SANITIZE=ON -DCOMPTOIR_QUICKJS="$port/build/sources/quickjs-faulty"
