/**
 * A machine with one USB socket, as its browser sees it: the simulator's device model is enumerated by control transfers, its HID
 * interface is read for all that have it open, its vendor interface is one page's at a time.
 * Source: USB 2.0 §9, WebHID, WebUSB.
 */
import { USB_DESCRIPTOR, USB_DEVICE, USB_STRING } from '@comptoir/protocol/usb';
import type { UsbDevice } from '../../../simulator/src/machine/usb/usbDevice.js';

/** A device from being plugged in to being pulled out. */
export interface Plugged {
  readonly device: UsbDevice;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly serialNumber: string;
  isThere: boolean;
  /** Whoever has the HID interface open gets each input report. */
  readonly hidReaders: Set<(report: Uint8Array) => void>;
  /** Who has the vendor interface. */
  vendorOwner: object | undefined;
  /** Writes that fail from now on: right after it was plugged in, there are some. */
  failingWrites: number;
}

export interface UsbMachine {
  readonly plugged: Plugged | undefined;
  /** @param heard called when a device was enumerated or is gone */
  watch(heard: (isConnected: boolean, plugged: Plugged) => void): void;
  /** Resolves when it's so. */
  settled(isConnected: boolean): Promise<void>;
  /** Whatever is plugged in next refuses so many writes. */
  failingWrites: number;
}

const GET_DESCRIPTOR = 6;
const SET_CONFIGURATION = 9;
const ENGLISH_US = 0x0409;
const ENDPOINT_NUMBER = 0x0f;

export function createUsbMachine(device: UsbDevice): UsbMachine {
  const watchers: ((isConnected: boolean, plugged: Plugged) => void)[] = [];
  let waiting: { readonly isConnected: boolean; readonly resolve: () => void }[] = [];
  let plugged: Plugged | undefined;

  const machine: UsbMachine = {
    failingWrites: 0,
    get plugged() {
      return plugged;
    },
    watch: (heard) => void watchers.push(heard),
    settled: (isConnected) =>
      new Promise((resolve) => {
        if ((plugged !== undefined) === isConnected) resolve();
        else waiting.push({ isConnected, resolve });
      }),
  };
  const tell = (isConnected: boolean, about: Plugged): void => {
    for (const heard of watchers) heard(isConnected, about);
    for (const { resolve } of waiting.filter((one) => one.isConnected === isConnected)) resolve();
    waiting = waiting.filter((one) => one.isConnected !== isConnected);
  };
  const changed = async (isConnected: boolean): Promise<void> => {
    if (!isConnected) {
      const gone = plugged;
      plugged = undefined;
      if (gone === undefined) return;
      gone.isThere = false;
      tell(false, gone);
      return;
    }
    try {
      const enumerated = await enumerate(device, machine.failingWrites);
      plugged = enumerated;
      readHid(enumerated);
      tell(true, enumerated);
    } catch {
      // Pulled again while it was enumerated.
    }
  };
  device.connectionChanged = (isConnected) => void changed(isConnected);
  if (device.isConnected()) void changed(true);
  return machine;
}

async function enumerate(device: UsbDevice, failingWrites: number): Promise<Plugged> {
  const get = (type: number, index: number, language = 0): Promise<Uint8Array> =>
    device.control({
      requestType: 0x80,
      request: GET_DESCRIPTOR,
      value: (type << 8) | index,
      index: language,
      length: 255,
    }).done;
  const text = async (index: number): Promise<string> =>
    Buffer.from((await get(USB_DESCRIPTOR.string, index, ENGLISH_US)).subarray(2)).toString('utf16le');
  const described = new DataView((await get(USB_DESCRIPTOR.device, 0)).slice().buffer);
  const [productName, serialNumber] = [await text(USB_STRING.product), await text(USB_STRING.serial)];
  await device.control({ requestType: 0, request: SET_CONFIGURATION, value: 1, index: 0, length: 0 }).done;
  return {
    device,
    vendorId: described.getUint16(8, true),
    productId: described.getUint16(10, true),
    productName,
    serialNumber,
    isThere: true,
    hidReaders: new Set(),
    vendorOwner: undefined,
    failingWrites,
  };
}

/** The kernel reads whether somebody listens or not. */
async function readHid({ device, hidReaders }: Plugged): Promise<void> {
  try {
    for (;;) {
      const report = await device.transferIn(USB_DEVICE.hid.endpointIn & ENDPOINT_NUMBER, 64).done;
      for (const read of [...hidReaders]) read(report.slice());
    }
  } catch {
    // The device is gone.
  }
}
