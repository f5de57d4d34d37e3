#!/usr/bin/env bash
# What `npm run test:page` needs: Chromium, and what makes its picture small. Safe to run again. Installing packages needs root.
set -euo pipefail
exec "$(dirname "$0")/../../../firmware/port/installPackages.sh" chromium pngquant
