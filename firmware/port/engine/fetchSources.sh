#!/usr/bin/env bash
# Fetches Debian's source packages of QuickJS and mbedTLS to build/sources, checks them against sources.sha256, and patches them.
# Nothing happens when the trees were made from the same pins and the same patches. apt works on lists of its own in build/apt:
# the machine's list of sources isn't touched.
set -euo pipefail
engine="$(cd "$(dirname "$0")" && pwd)"
build="$engine/../build"
mkdir -p "$build/sources" "$build/packages"
build="$(cd "$build" && pwd)"

exec 9>"$build/lock" && flock 9 # two builds may start at once

identity="$(cat "$engine/sources.sha256" "$engine/fetchSources.sh" "$engine"/patches/*.patch | sha256sum | cut -d' ' -f1)"
stamp="$build/sources/identity"
[ "$(cat "$stamp" 2>/dev/null)" != "$identity" ] || exit 0

source_apt() {
  local private="$build/apt"
  mkdir -p "$private/sources" "$private/lists/partial"
  # The same mirror and the same key as the machine's own packages.
  sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$private/sources/debian.sources"
  apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$private/sources" \
    -o Dir::State::lists="$private/lists" -o Dir::Cache="$private" -o APT::Sandbox::User=root "$@"
}

cd "$build/packages"
if ! sha256sum --quiet --check "$engine/sources.sha256" >/dev/null 2>&1; then
  echo 'fetching the sources of QuickJS and mbedTLS' >&2
  source_apt update
  source_apt source --download-only quickjs=2025.04.26-1 mbedtls=3.6.6-0.1~deb13u1 >/dev/null
  sha256sum --quiet --check "$engine/sources.sha256"
  rm -rf "$build/apt"
fi

rm -rf "$build/sources"
mkdir -p "$build/sources"
dpkg-source --no-check -x quickjs_*.dsc "$build/sources/quickjs" >/dev/null 2>&1
dpkg-source --no-check -x mbedtls_*.dsc "$build/sources/mbedtls" >/dev/null 2>&1
cp -r "$build/sources/quickjs" "$build/sources/quickjs-faulty"
cp -r "$build/sources/quickjs" "$build/sources/quickjs-whole"
for change in "$engine"/patches/*.patch; do
  patch --quiet --strip=1 --fuzz=0 --directory="$build/sources/quickjs" <"$change"
done
# The same engine with all of the language, for what the firmware is measured against.
for change in "$engine"/patches/*.patch; do
  case "$change" in */08-*) continue ;; esac
  patch --quiet --strip=1 --fuzz=0 --directory="$build/sources/quickjs-whole" <"$change"
done
# The release with its faults, only able to run a script in ROM: the tests of the patches must turn red on it.
for change in "$engine"/patches/{01,06,07,08}-*.patch; do
  patch --quiet --strip=1 --fuzz=0 --directory="$build/sources/quickjs-faulty" <"$change"
done
echo "$identity" >"$stamp"
