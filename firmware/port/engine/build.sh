#!/usr/bin/env bash
# Makes what every board links: patched sources, the script compiler, and the reader, the dynamic card, the vectors and the probe as C.
# Takes firmware/dist/reader.js, dynamicCard.js and vectors.js: `npm run -s bundle -w @comptoir/firmware` makes them.
# Does nothing for what is up to date. Output: firmware/port/build/{comptoir-compile,script/*.c}
set -euo pipefail
engine="$(cd "$(dirname "$0")" && pwd)"
"$engine/fetchSources.sh"
build="$(cd "$engine/../build" && pwd)"
exec 9>"$build/lock" && flock 9
quickjs="$build/sources/quickjs"
compiler="$build/comptoir-compile"
mkdir -p "$build/script"

if [ ! -x "$compiler" ] || [ "$build/sources/identity" -nt "$compiler" ] ||
  [ -n "$(find "$engine"/{compiler,intrinsics.h} -newer "$compiler")" ]; then
  echo 'building the script compiler' >&2
  gcc -O1 -no-pie -std=gnu11 -fwrapv -fno-strict-aliasing -funsigned-char -w -D_GNU_SOURCE -DCONFIG_VERSION='"2025-04-26"' \
    -include "$engine/quickjsPlatform.h" -I"$engine" -I"$quickjs" -o "$compiler" "$engine/compiler/scriptCompiler.c" \
    "$quickjs"/{libregexp,libunicode,cutils,dtoa}.c -lm
  nm "$compiler" >"$compiler.symbols"
  "$compiler" --c-functions "$build/cFunctions.h"
fi

compile() { # script, name
  local made="$build/script/$2.c"
  if [ -e "$made" ] && [ "$made" -nt "$1" ] && [ "$made" -nt "$compiler" ]; then return; fi
  "$compiler" "$1" "$made.new"
  mv "$made.new" "$made"
}
compile "$engine/../../dist/reader.js" reader
compile "$engine/../../dist/dynamicCard.js" card
compile "$engine/../../dist/vectors.js" vectors
compile "$engine/../test/probe.js" probe
