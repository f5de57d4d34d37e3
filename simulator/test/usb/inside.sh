# Sourced by the scripts that run in the guest.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
top="$(cd "$here/../../.." && pwd)"
tools="$here/build/tools"
export PATH="$PATH:$tools/usr/sbin:$tools/usr/bin" SYSTEMD_IGNORE_CHROOT=1

# load MODULE…: those that the tests need, in this order.
load() { for module in "$@"; do "$tools/usr/bin/busybox" insmod "/modules/$module.ko"; done; }

# start_udev: for permissions, and for the events of libusb; devices are found without it.
start_udev() {
  mkdir -p /run/udev /etc/udev/rules.d /usr/lib/systemd
  cp -a "$tools/usr/lib/udev" /usr/lib/
  cp "$tools/usr/bin/udevadm" /usr/bin/
  ln -sf /usr/bin/udevadm /usr/lib/systemd/systemd-udevd
  /usr/lib/systemd/systemd-udevd --daemon
  udevadm trigger
  udevadm settle -t 30
}
