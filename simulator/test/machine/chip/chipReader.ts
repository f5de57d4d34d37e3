/** The reader image on the emulated chip, and a host that speaks to it by bare transfers. */

import { seededBytes } from '@comptoir/crypto/seed';
import { developmentProvision } from '@comptoir/factory/development';
import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  decodeInitAnswer,
  encodeFrame,
  type Frame,
  IDLE,
  REPORT_SIZE_BYTES,
  stepReassembly,
} from '@comptoir/protocol';
import { type Clock, loadLink } from '@comptoir/sdk';
import { expect } from 'vitest';
import { createVirtualClock } from '../../../src/machine/clock.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { createPicoReader, PICO_MODEL, type PicoReader } from '../../../src/machine/targets/picoReader.js';
import type { UsbHost } from '../../../src/machine/usb/usbHost.js';
import type { Transfer } from '../../../src/machine/usb/usbTransfer.js';
import { developmentConfiguration, signDevelopmentConfiguration } from '../../../src/world/configuration.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';

export interface StartedReader extends AsyncDisposable {
  readonly reader: PicoReader;
  readonly clock: Clock;
  /** Lines of the console. */
  readonly lines: string[];
}

const SERIAL = 'PICO0001';

export async function startedReader(seed = 1): Promise<StartedReader> {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const reader = createPicoReader({
    image: loadPicoImage('comptoir'),
    clock,
    serial: SERIAL,
    noise: `${seed}/noise`,
    configuration: signDevelopmentConfiguration(developmentConfiguration(createTestPki())),
    provision: developmentProvision(seed, SERIAL, { model: PICO_MODEL }),
    logged: (line) => lines.push(line),
  });
  await reader.start();
  // Else the virtual clock would run while it is loaded.
  await loadLink();
  return { reader, clock, lines, [Symbol.asyncDispose]: async () => reader.stop() };
}

/** Endpoint of reports on each interface, in both directions. */
export const INTERFACES = { hid: 1, vendor: 2 } as const;
export type InterfaceName = keyof typeof INTERFACES;

/** One host of one interface. */
export interface BareHost {
  send(report: Uint8Array): Transfer;
  sendFrame(frame: Frame): void;
  /** The next report that is no keepalive. */
  frame(): Promise<Frame>;
}

/** The HID interface is read by its link, the vendor interface by nobody else. */
export function bareHost({ reader }: Pick<StartedReader, 'reader'>, name: InterfaceName): BareHost {
  const { usb } = reader;
  const came: Uint8Array[] = [];
  let wake: () => void = () => undefined;
  const take = (report: Uint8Array): void => {
    came.push(report);
    wake();
  };
  if (name === 'hid') reader.port.open({ report: take, closed: () => undefined });
  else listenTo(usb, take);

  const host: BareHost = {
    send: (report) => usb.transferOut(INTERFACES[name], report),
    sendFrame(frame) {
      for (const report of encodeFrame(frame)) host.send(report);
    },
    async frame() {
      let state: Parameters<typeof stepReassembly>[0] = IDLE;
      const buffer = createReassemblyBuffer();
      for (;;) {
        const report = came.shift();
        if (report === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const step = stepReassembly(state, buffer, report, 0);
        state = step.state;
        if (step.event?.kind === 'frame' && step.event.frame.command !== COMMAND.keepalive)
          return { ...step.event.frame, payload: step.event.frame.payload.slice() };
      }
    },
  };
  return host;
}

/** Who gets what comes from a vendor interface: the latest. Only one may ask for it. */
const listeners = new WeakMap<UsbHost, (report: Uint8Array) => void>();

function listenTo(usb: UsbHost, take: (report: Uint8Array) => void): void {
  const isRead = listeners.has(usb);
  listeners.set(usb, take);
  if (!isRead) void readVendor(usb).catch(() => listeners.delete(usb));
}

async function readVendor(usb: UsbHost): Promise<never> {
  for (;;) {
    const report = await usb.transferIn(INTERFACES.vendor, REPORT_SIZE_BYTES).done;
    if (report.length === REPORT_SIZE_BYTES) listeners.get(usb)?.(report);
  }
}

/** The reader still answers INIT and PING: whatever was done to it before. @returns the channel */
export async function expectAnswers(started: StartedReader, name: InterfaceName = 'hid'): Promise<number> {
  const host = bareHost(started, name);
  const nonce = seededBytes(`nonce ${started.clock.now()}`)(8);
  // What came before may have left a frame half sent: it's given up after 200 ms.
  await started.clock.sleep(250);
  host.sendFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: nonce });
  let answer = await host.frame();
  while (answer.command !== COMMAND.init || !equal(answer.payload.subarray(0, 8), nonce)) answer = await host.frame();
  const channel = decodeInitAnswer(answer.payload)?.channel ?? 0;
  for (const length of [0, 57, 58, 1886]) {
    const payload = seededBytes(`ping ${length}`)(length);
    host.sendFrame({ channel, command: COMMAND.ping, payload });
    expect(await host.frame()).toEqual({ channel, command: COMMAND.ping, payload });
  }
  return channel;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
