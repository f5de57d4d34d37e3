#!/bin/busybox sh
# The guest's first process: mounts the host's files read-only below a layer in memory, runs one script there, and switches off.
# The kernel's command line says which (`run=`), and the exit code goes to the second serial line.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
argument() { tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p"; }
run="$(argument run)"

while read -r module; do
  case "$module" in vhci-hcd.ko | usbip-core.ko | uhid.ko) continue ;; esac # the script loads these itself
  insmod "/modules/$module" || echo "no module $module"
done </modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=512000 host /lower
mount -t tmpfs -o size=3g upper /upper
mkdir -p /upper/files /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work over /root
mount -t tmpfs run /root/run
for folder in proc sys dev; do mount --move "/$folder" "/root/$folder"; done
mkdir -p /root/modules
cp -a /modules/. /root/modules/
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up 2>/dev/null
HOME=/root TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot /root /bin/bash "$run"
echo $? >/root/dev/ttyS1
poweroff -f
