#!/usr/bin/env bash
# Builds the Pico's images a second time, from a clone in another folder, and compares them with those of firmware/port/build.
# `npm run firmware` must have run for what is committed. Ends with 1 when a byte differs.
set -euo pipefail
port="$(cd "$(dirname "$0")" && pwd)"
elsewhere="$(mktemp -d)"
trap 'rm -rf "$elsewhere"' EXIT

git clone -q "$port/../.." "$elsewhere/again"
cd "$elsewhere/again"
unset COMPTOIR_BUILT # that was said of this folder
mkdir -p firmware/port/build
cp -r "$port/build/packages" firmware/port/build/
npm ci --silent
firmware/port/build.sh pico >/dev/null

for image in comptoir.uf2 comptoir-card.uf2 comptoir-vectors.uf2 comptoir.update; do
  cmp "$port/build/pico/$image" "firmware/port/build/pico/$image"
  echo "$image: the same bytes from another folder"
done
