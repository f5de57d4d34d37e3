/**
 * The USB device that a reader is, as data: the chip's descriptors and the simulated device are both made from it.
 * Two interfaces carry the same 64-byte reports: HID for desktops, which need no driver, and a vendor class for WebUSB.
 * Source: USB 2.0 §9.6, HID 1.11 §6.2, WebUSB §4, Microsoft OS 2.0 Descriptors.   Floor: protocol; imports nothing.
 */
export const USB_DEVICE = {
  /** pid.codes' identity for tests: never on a reader that is sold. */
  vendorId: 0x1209,
  productId: 0x0001,
  /** Binary coded decimal: 1.00. */
  release: 0x0100,
  manufacturer: 'Comptoir',
  product: 'Comptoir reader',
  currentMaxMilliamperes: 200,
  hid: { interface: 0, usagePage: 0xff00, usage: 0x01, endpointIn: 0x81, endpointOut: 0x01, intervalMs: 1 },
  vendor: { interface: 1, endpointIn: 0x82, endpointOut: 0x02 },
  /** `bRequest` of the vendor requests that the BOS descriptor announces. */
  requests: { webUsb: 0x01, microsoft: 0x02 },
  /** Names the vendor interface to Windows programs. Made once at random; ours for ever. */
  deviceInterfaceGuid: '{8B1EA178-F699-4F71-A153-C0A85E7E32CC}',
} as const;

/** Indices of the string descriptors. The serial number is the reader's own, so it's in no table. */
export const USB_STRING = { languages: 0, manufacturer: 1, product: 2, serial: 3 } as const;

/** Types of descriptors that a host can ask for. */
export const USB_DESCRIPTOR = {
  device: 0x01,
  configuration: 0x02,
  string: 0x03,
  interface: 0x04,
  endpoint: 0x05,
  binaryObjectStore: 0x0f,
  deviceCapability: 0x10,
  hid: 0x21,
  hidReport: 0x22,
} as const;
