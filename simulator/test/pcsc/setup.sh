#!/usr/bin/env bash
# What `npm run test:pcsc` needs: Debian 13's PC/SC daemon, the virtual reader of vsmartcard, and the programs that read our cards.
# Safe to run again: what is there already is left alone. Installing packages needs root; nothing of apt's own settings is changed.
set -euo pipefail

packages=(pcscd vsmartcard-vpcd pcsc-tools opensc iproute2 util-linux)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "needs root for: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "installing ${missing[*]}" >&2
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
