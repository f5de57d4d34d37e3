/**
 * The wires that carry a USB device to a kernel.
 * Floor: simulator wires; imports nothing.
 */

/** How to carry it. */
export type UsbWire =
  /** USB/IP on loopback. @param port 0 takes any that is free @param attach to this machine's kernel, which needs root */
  | { readonly wire: 'usbip'; readonly port: number; readonly attach: boolean }
  /** A HID device of this machine's kernel, without USB below. Needs the right to open /dev/uhid. */
  | { readonly wire: 'uhid' }
  /** The peer of QEMU's device usb-redir, at a Unix socket. */
  | { readonly wire: 'usbredir'; readonly path: string };

export interface ServedWire {
  /** Of USB/IP; 0 for others. */
  readonly port: number;
  /** To the host, the cable is pulled. */
  close(): Promise<void>;
}

export interface PluggedWire extends ServedWire {
  /** Resolves when the wire ended though nobody closed it, with why. To the host, the cable was pulled. */
  readonly lost: Promise<Error>;
}
