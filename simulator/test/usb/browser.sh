# Runs in the guest: Chromium with the page that the host serves, and policies that let the page have the reader, as an enterprise sets
# them for its tills. Ends when the host doesn't serve the page any more.   PAGE_PORT: on the host's loopback
. "$(dirname "${BASH_SOURCE[0]}")/inside.sh"
busybox="$tools/usr/bin/busybox"
origin=http://localhost:8000
devices="[{ \"devices\": [{ \"vendor_id\": 4617, \"product_id\": 1 }], \"urls\": [\"$origin\"] }]"
mkdir -p /etc/chromium/policies/managed
echo "{ \"WebHidAllowDevicesForUrls\": $devices, \"WebUsbAllowDevicesForUrls\": $devices }" >/etc/chromium/policies/managed/comptoir.json
start_udev
# A page has devices only from localhost, or over HTTPS.
"$busybox" nc -ll -p 8000 -e "$busybox" nc 10.0.2.2 "$PAGE_PORT" 2>/dev/null &

# In software, a process of Chromium's takes longer to start than the 15 seconds that its others wait for it: they wait for ten minutes, and
# there are fewer of them. What draws is left out.
flags=(
  --headless --no-sandbox --no-first-run --user-data-dir=/tmp/chromium
  --ipc-connection-timeout=600 --disable-hang-monitor --disable-gpu-watchdog
  --in-process-gpu --enable-features=NetworkServiceInProcess2 --disable-features=AudioServiceOutOfProcess,MediaRouter,Translate
  --disable-gpu --disable-gpu-compositing --disable-software-rasterizer --mute-audio
  --disable-extensions --disable-component-extensions-with-background-pages --disable-default-apps --disable-breakpad
  --disable-quic --disable-background-networking --disable-component-update --disable-sync
)
chromium "${flags[@]}" "$origin/" >/tmp/chromium.log 2>&1 &
chromium=$!
while "$busybox" wget -q -O /dev/null "http://10.0.2.2:$PAGE_PORT/"; do
  kill -0 "$chromium" 2>/dev/null || { tail -n 40 /tmp/chromium.log && exit 1; }
  sleep 2
done
