/**
 * What a host reads out of a configuration descriptor.
 * Source: USB 2.0 §9.6.   Floor: simulator machine chip; imports nothing.
 */

interface UsbEndpoint {
  readonly number: number;
  readonly isIn: boolean;
  readonly type: 'control' | 'isochronous' | 'bulk' | 'interrupt';
  /** In frames, for an interrupt endpoint. */
  readonly interval: number;
}

interface UsbInterface {
  readonly number: number;
  readonly class: number;
  readonly endpoints: readonly UsbEndpoint[];
}

export interface UsbConfiguration {
  readonly value: number;
  readonly interfaces: readonly UsbInterface[];
}

export const USB_CLASS = { hid: 0x03, vendor: 0xff } as const;

const INTERFACE_DESCRIPTOR = 4;
const ENDPOINT_DESCRIPTOR = 5;
const TYPES = ['control', 'isochronous', 'bulk', 'interrupt'] as const;

/** @throws Error when a descriptor has no length, or goes beyond the end */
export function parseConfiguration(bytes: Uint8Array): UsbConfiguration {
  const interfaces: (UsbInterface & { readonly endpoints: UsbEndpoint[] })[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at] ?? 0;
    if (length < 2 || at + length > bytes.length) throw new Error(`no descriptor at ${at} of the configuration`);
    const [, type, third = 0, fourth = 0, , sixth = 0, seventh = 0] = bytes.subarray(at, at + length);
    if (type === INTERFACE_DESCRIPTOR) interfaces.push({ number: third, class: sixth, endpoints: [] });
    if (type === ENDPOINT_DESCRIPTOR) {
      interfaces.at(-1)?.endpoints.push({
        number: third & 0x0f,
        isIn: (third & 0x80) !== 0,
        type: TYPES[fourth & 3] ?? 'control',
        interval: seventh,
      });
    }
    at += length;
  }
  return { value: bytes[5] ?? 0, interfaces };
}
