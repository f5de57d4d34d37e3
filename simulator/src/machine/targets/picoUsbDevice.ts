/**
 * The emulated chip's own USB device, for whoever has its cable: requests and transfers go to its TinyUSB as they are, but for the
 * few that a host's controller must know of, too.
 * Source: USB 2.0 §9.4, §5.8.5.   Floor: simulator machine.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { pipeOf } from '../usb/usbBus.js';
import type { UsbConfiguration } from '../usb/usbDescriptors.js';
import { openTransfer, type UsbDevice } from '../usb/usbDevice.js';
import type { UsbHost } from '../usb/usbHost.js';
import { type SetupPacket, type Transfer, UsbGone, UsbStall } from '../usb/usbTransfer.js';

export interface PicoUsbDevice {
  readonly device: UsbDevice;
  /** It was enumerated. */
  found(configuration: UsbConfiguration): Promise<void>;
  lost(): void;
}

const CLEAR_FEATURE = 1;
const SET_ADDRESS = 5;
const SET_CONFIGURATION = 9;
const TO_ENDPOINT = 0x02;
/**
 * Reports that count as sent before the chip has taken them. A kernel gives a transfer five seconds, in which a chip that is emulated
 * on a busy machine may come no further than a fraction of one. More than a message has; then the host waits as it does for a real chip.
 */
const ON_THEIR_WAY_MAX = 64;
const ADDRESS = { requestType: 0, request: SET_ADDRESS, value: 1, index: 0, length: 0 } as const;

/** @param came called with each report of the reader, on either interface */
export function createPicoUsbDevice(host: UsbHost, came: (report: Uint8Array) => void): PicoUsbDevice {
  let configuration: UsbConfiguration | undefined;
  let onTheirWay = 0;

  async function reset(): Promise<void> {
    await host.reset();
    await host.request(ADDRESS);
  }
  async function request(setup: SetupPacket, data: Uint8Array): Promise<Uint8Array> {
    const { requestType, request, value, index } = setup;
    if (configuration === undefined) throw new UsbGone('the device is gone');
    if ((requestType & 0x80) === 0 && data.length !== setup.length)
      throw new UsbStall('the data are not as long as they should');
    // It has the address that this host gave it.
    if (requestType === 0 && request === SET_ADDRESS) return NO_BYTES;
    if (requestType === 0 && request === SET_CONFIGURATION && value === configuration.value) {
      // Set again, a configuration begins anew; TinyUSB does nothing when it has it already.
      await host.request({ ...setup, value: 0 });
      await host.configure(configuration);
      return NO_BYTES;
    }
    const answer = await host.request(setup, data);
    if (requestType === TO_ENDPOINT && request === CLEAR_FEATURE)
      host.bus.resetToggles(pipeOf(index & 0x0f, (index & 0x80) !== 0));
    return answer;
  }
  const device: UsbDevice = {
    isConnected: () => configuration !== undefined,
    connectionChanged: () => undefined,
    control(setup, data = NO_BYTES) {
      const open = openTransfer();
      request(setup, data).then(open.finish, open.fail);
      return open.transfer;
    },
    transferIn(endpoint, length): Transfer {
      const transfer = host.transferIn(endpoint, length);
      void transfer.done.then(came, () => undefined);
      return transfer;
    },
    transferOut(endpoint, data): Transfer {
      const transfer = host.transferOut(endpoint, data);
      if (onTheirWay >= ON_THEIR_WAY_MAX) return transfer;
      onTheirWay += 1;
      const over = (): void => {
        onTheirWay -= 1;
      };
      transfer.done.then(over, over);
      const taken = openTransfer();
      taken.finish(NO_BYTES);
      return taken.transfer;
    },
    reset,
  };
  return {
    device,
    async found(found) {
      // The configuration is for the new host to set.
      await reset();
      configuration = found;
      device.connectionChanged(true);
    },
    lost() {
      if (configuration === undefined) return;
      configuration = undefined;
      device.connectionChanged(false);
    },
  };
}
