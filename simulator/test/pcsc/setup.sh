#!/usr/bin/env bash
# What `npm run test:pcsc` needs: Debian 13's PC/SC daemon, the virtual reader of vsmartcard, and the programs that read our cards.
# Safe to run again: what is there already is left alone. Installing packages needs root.
set -euo pipefail
exec "$(dirname "$0")/../../../firmware/port/installPackages.sh" pcscd vsmartcard-vpcd pcsc-tools opensc iproute2 util-linux
