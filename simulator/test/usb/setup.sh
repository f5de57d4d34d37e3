#!/usr/bin/env bash
# What `npm run test:usb` needs: an emulator and a browser, installed; a kernel of Debian's with its modules and a few tools, unpacked
# in a folder of ours and installed nowhere. Safe to run again: what is there already is left alone. Installing packages needs root.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
build="$here/build"

# libusb and libudev are what node-hid and usb load; chromium is for WebHID and WebUSB.
"$here/../../../firmware/port/installPackages.sh" qemu-system-x86 libusb-1.0-0 libudev1 libsystemd-shared chromium cpio xz-utils

names=tools/usr/lib/udev/hwdb.bin
[ -e "$build/done" ] && [ -e "$build/$names" ] && exit 0
rm -rf "$build"
mkdir -p "$build"/{packages,kernel,tools}
cd "$build/packages"
fetch() { apt-get download -qq "$@" 2>/dev/null; }
image() { apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image/ { print $2; exit }'; }
tools=(busybox-static kmod usbip usbutils udev)
[ -n "$(image)" ] && fetch "$(image)" "${tools[@]}" || { apt-get update -qq && fetch "$(image)" "${tools[@]}"; }
dpkg-deb -x linux-image-*.deb "$build/kernel"
for package in "${tools[@]}"; do dpkg-deb -x "$package"_*.deb "$build/tools"; done
# lsusb takes the names of classes from udev's database, which a package's installation makes and its unpacking doesn't.
"$build/tools/usr/bin/systemd-hwdb" update --usr --root="$build/tools"
cd "$build"
rm -r packages
"$here/initrd.sh" "$build"
touch "$build/done"
