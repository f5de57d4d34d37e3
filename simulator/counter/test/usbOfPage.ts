/**
 * `navigator.hid` and `navigator.usb` of a page in Chromium, on a machine with our device model: the shims that the SDK's transports are tested with,
 * reached from the page. A headless browser has no list of devices to show; what is true of a real one, `npm run test:usb` shows.
 */
import type { Page } from 'playwright-core';
import type { Person } from '../../../sdk/test/contract/pageShim.js';
import type { UsbMachine } from '../../../sdk/test/contract/usbMachine.js';
import { createHidShim } from '../../../sdk/test/contract/webHidShim.js';
import { createUsbShim } from '../../../sdk/test/contract/webUsbShim.js';
import { type Answer, type Known, type News, usbInPage } from './usbInPage.js';

type Shim = EventTarget & Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;

/** What was picked in the list stays granted, as a browser keeps it. */
export interface PersonAtPage extends Person {
  /** How often the list was shown. */
  asked: number;
}

/** To be called before the page is opened. */
export async function giveUsb(page: Page, machine: UsbMachine): Promise<PersonAtPage> {
  const person: PersonAtPage = { hasClicked: false, picks: true, asked: 0 };
  const isGranted = { hid: false, usb: false };
  /** Of the page as it was loaded last. The first two are `navigator.hid` and `navigator.usb`, the others devices. */
  let loaded: Shim[] = [];

  const tell = (of: readonly Shim[], news: News): void => {
    if (of === loaded) void page.evaluate((said) => globalThis.heardUsb(said), news).catch(() => {});
  };
  const known = (of: Shim[], device: Shim): Known => {
    if (!of.includes(device)) {
      of.push(device);
      device.addEventListener?.('inputreport', (event) => {
        const { data } = event as Event & { readonly data: DataView };
        tell(of, { api: 0, type: 'inputreport', device: known(of, device), data: bytesOf(data) });
      });
    }
    const { vendorId, productId, productName, serialNumber, configuration } = device as unknown as Known;
    return { id: of.indexOf(device), vendorId, productId, productName, serialNumber, configuration };
  };
  /** A page that is left closes what it had open. */
  const leave = (): void => {
    for (const device of loaded.slice(2)) void device['close']?.();
    loaded = [];
  };
  const load = (): void => {
    leave();
    const hid = createHidShim(machine, person, isGranted.hid) as unknown as Shim;
    const usb = createUsbShim(machine, person, isGranted.usb) as unknown as Shim;
    const mine = [hid, usb];
    loaded = mine;
    for (const api of [0, 1] as const)
      for (const type of ['connect', 'disconnect'])
        mine[api]?.addEventListener(type, (event) =>
          tell(mine, { api, type, device: known(mine, (event as Event & { readonly device: Shim }).device) }),
        );
  };

  await page.exposeFunction('askUsb', async (id: number, call: string, given: unknown[], isActive: boolean) => {
    if (call === 'load') return load();
    const mine = loaded;
    const on = mine[id];
    person.hasClicked = isActive;
    if (call === 'requestDevice') person.asked += 1;
    try {
      const plain = given.map((one) => (isBytes(one) ? Uint8Array.from(one) : one));
      const value: unknown = await on?.[call]?.(...plain);
      if (call === 'requestDevice' && [value].flat().length > 0) isGranted[id === 0 ? 'hid' : 'usb'] = true;
      if (call === 'getDevices' || call === 'requestDevice')
        return { devices: ([value].flat() as Shim[]).map((one) => known(mine, one)) } satisfies Answer;
      const { data, ...rest } = (value ?? {}) as { readonly data?: DataView };
      return {
        value: { ...rest, ...(data && { data: bytesOf(data) }) },
        device: known(mine, on as Shim),
      } satisfies Answer;
    } catch (fault) {
      const { name, message } = fault as Error;
      return { fault: [name, message] } satisfies Answer;
    }
  });
  page.on('close', leave);
  await page.addInitScript(usbInPage);
  return person;
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): number[] {
  return [...new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)];
}

function isBytes(given: unknown): given is number[] {
  return Array.isArray(given) && given.every((one) => typeof one === 'number');
}
