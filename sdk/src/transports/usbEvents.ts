/**
 * Plugging and unplugging, as the package `usb` tells it, where it's installed. On Linux it hears of it from udevd.
 * Floor: sdk transports.
 */

/** @param changed called when any USB device came or went @returns what ends that */
export function usbEvents(changed: () => void): () => void {
  let isOver = false;
  let silence = (): void => {
    isOver = true;
  };
  import('usb')
    .then(({ usb }) => {
      if (isOver) return;
      usb.on('attach', changed);
      usb.on('detach', changed);
      silence = () => {
        usb.off('attach', changed);
        usb.off('detach', changed);
      };
    })
    .catch(() => {});
  return () => silence();
}
