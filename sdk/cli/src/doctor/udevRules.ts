/**
 * Who may open a reader on Linux: whoever sits at the machine, and the group plugdev. The same text is sdk/cli/udev/70-comptoir.rules.
 * Source: udev(7), sd-login's uaccess.   Floor: cli.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';

export const RULES_FILE = '70-comptoir.rules';
export const INSTALL_COMMAND: string = [
  `comptoir doctor --rules | sudo tee /etc/udev/rules.d/${RULES_FILE}`,
  'sudo udevadm control --reload',
  'sudo udevadm trigger',
].join(' && ');

const [VENDOR, PRODUCT] = [USB_DEVICE.vendorId, USB_DEVICE.productId].map((id) =>
  id.toString(16).toUpperCase().padStart(4, '0'),
);
const MAY_OPEN = 'MODE="0660", GROUP="plugdev", TAG+="uaccess"';

/** The second rule goes by the name of the HID device, which is also there when there is no USB below it. */
export const UDEV_RULES: string = `# Comptoir readers: whoever sits at this machine may open them, and so may the group plugdev.
# Before 73-seat-late.rules, which grants what is tagged here.
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="${VENDOR?.toLowerCase()}", ATTR{idProduct}=="${PRODUCT?.toLowerCase()}", ${MAY_OPEN}
KERNEL=="hidraw*", SUBSYSTEM=="hidraw", KERNELS=="*:${VENDOR}:${PRODUCT}.*", ${MAY_OPEN}
`;
