/** The page's side of `usbOfPage.ts`: what the page takes for `navigator.hid` and `navigator.usb`. */

/** Position of `navigator.hid` and `navigator.usb` among all that calls go to. */
export type Api = 0 | 1;

/** A device as the page knows it. */
export interface Known {
  readonly id: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly serialNumber: string | null | undefined;
  readonly configuration: object | null | undefined;
}

export interface Answer {
  readonly devices?: readonly Known[];
  readonly device?: Known;
  readonly value?: { readonly data?: readonly number[] };
  /** Name and message. */
  readonly fault?: readonly [string, string];
}

export interface News {
  readonly api: Api;
  readonly type: string;
  readonly device: Known;
  readonly data?: readonly number[];
}

declare global {
  function askUsb(id: number, call: string, given: readonly unknown[], isActive: boolean): Promise<Answer>;
  function heardUsb(news: News): void;
}

/** Runs in the page alone: nothing of this module is there. */
export function usbInPage(): void {
  const devices = new Map<number, EventTarget>();
  const CALLS = [
    'open',
    'close',
    'sendReport',
    'selectConfiguration',
    'claimInterface',
    'clearHalt',
    'transferIn',
    'transferOut',
  ];

  const ask = async (id: number, call: string, given: readonly unknown[]): Promise<Answer> => {
    const plain = given.map((one) => (one instanceof Uint8Array ? [...one] : one));
    const answer = await globalThis.askUsb(id, call, plain, navigator.userActivation.isActive);
    const [name, message] = answer?.fault ?? [];
    if (name !== undefined) throw new DOMException(message, name);
    return answer;
  };
  const view = (data: readonly number[]): DataView => new DataView(Uint8Array.from(data).buffer);
  const deviceOf = (told: Known): EventTarget => {
    const device = devices.get(told.id) ?? new EventTarget();
    devices.set(told.id, device);
    const calls = CALLS.map((call) => [
      call,
      async (...given: unknown[]) => {
        const { value, device: now } = await ask(told.id, call, given);
        if (now !== undefined) Object.assign(device, now);
        return { ...value, ...(value?.data !== undefined && { data: view(value.data) }) };
      },
    ]);
    return Object.assign(device, told, Object.fromEntries(calls));
  };
  const apis = [0, 1].map((api) =>
    Object.assign(new EventTarget(), {
      getDevices: async () => (await ask(api, 'getDevices', [])).devices?.map(deviceOf),
      async requestDevice(options: object) {
        const picked = (await ask(api, 'requestDevice', [options])).devices?.map(deviceOf);
        // WebHID gives a list, WebUSB one device.
        return api === 0 ? picked : picked?.[0];
      },
    }),
  );
  globalThis.heardUsb = ({ api, type, device: told, data }) => {
    const device = deviceOf(told);
    const event = Object.assign(new Event(type), {
      device,
      reportId: 0,
      ...(data !== undefined && { data: view(data) }),
    });
    (type === 'inputreport' ? device : apis[api])?.dispatchEvent(event);
  };
  for (const [name, value] of [
    ['hid', apis[0]],
    ['usb', apis[1]],
  ] as const)
    Object.defineProperty(navigator, name, { value, configurable: true });
  void globalThis.askUsb(0, 'load', [], false);
}
