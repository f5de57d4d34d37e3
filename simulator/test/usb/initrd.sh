#!/usr/bin/env bash
# Packs the guest's first file system: busybox, the modules in the order in which they load, and init.
#   simulator/test/usb/initrd.sh FOLDER    with what setup.sh unpacked; writes FOLDER/initrd.cpio
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
build="$1"
modules=(virtio_pci 9pnet_virtio 9p overlay virtio_net hid hid-generic usbhid uhid xhci-hcd xhci-pci vhci-hcd)

version="$(ls "$build/kernel/usr/lib/modules")"
"$build/tools/usr/sbin/depmod" -b "$build/kernel/usr" "$version"
root="$build/initrd"
rm -rf "$root"
mkdir -p "$root"/{bin,modules,proc,sys,dev,lower,upper,root}
cp "$build/tools/usr/bin/busybox" "$root/bin/busybox"
cp "$here/init.sh" "$root/init"
for module in "${modules[@]}"; do
  # A module that is built into the kernel has no file.
  "$build/tools/usr/sbin/modprobe" -d "$build/kernel/usr" -S "$version" --show-depends "$module" 2>/dev/null |
    awk '$1 == "insmod" { print $2 }' || true
done | awk '!seen[$0]++' | while read -r file; do
  name="$(basename "$file" .xz)"
  xz -dc "$file" >"$root/modules/$name"
  echo "$name" >>"$root/modules/order"
done
(cd "$root" && find . | cpio --quiet -o -H newc >"$build/initrd.cpio")
