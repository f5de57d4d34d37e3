/**
 * A simulated reader: a firmware text, a target that runs it, a board of software, and any number of hosts that share it as
 * processes share a HID device: every report of the reader goes to each of them.
 * Floor: simulator machine.
 */

import type { ProvisionedRoleKey } from '@comptoir/factory';
import { SIMULATED_MODEL } from '@comptoir/factory/development';
import { KEY } from '@comptoir/firmware/board';
import { type Clock, type DeviceInfo, ReaderError, type ReportHandlers } from '@comptoir/sdk';
import type { ReportPort } from '@comptoir/sdk/transports/memory';
import { type CardPlace, createCardPlace } from './board/cardPlace.js';
import { createConfigurationInMemory } from './board/configurationInMemory.js';
import { createFirmwarePower } from './board/firmwarePower.js';
import { createHostQueues, type HostQueues } from './board/hostQueues.js';
import { createKeyFlash, cutKeyFlash, emptyKeyFlash } from './board/keys/softwareKeyStore.js';
import type { ProvisionedKey } from './board/keys/softwareKeys.js';
import { createPowerCuts } from './board/powerCuts.js';
import { createRecordsInMemory } from './board/recordsInMemory.js';
import { createSimulatedBoard } from './board/simulatedBoard.js';
import type { PowerCut } from './chip/flash.js';
import type { FirmwareText } from './firmwareText.js';
import { createPump, type Pump } from './pump.js';
import { clockTimers } from './slot/clockTimers.js';
import { SlotCard, type SlotStyle } from './slot/slotCard.js';
import { createSoftwareLine, type SoftwareLine } from './slot/softwareLine.js';
import type { Loaded, Target } from './targets/target.js';

export interface SimulatedReaderOptions {
  /** What the reader leaves the factory with. An update replaces it, and stays. */
  readonly firmware: FirmwareText;
  readonly target: Target;
  readonly clock: Clock;
  readonly serial: string;
  /** What it's provisioned with: a signed object. */
  readonly configuration: Uint8Array;
  /** Makes the keys and the randomness of one start of the reader. */
  readonly provision: () => {
    readonly keys: readonly ProvisionedKey[];
    readonly roleKeys: readonly ProvisionedRoleKey[];
    readonly random: (length: number) => Uint8Array;
  };
  /** Has the firmware drive the contacts of the slot, with cards that speak so. Default: the board carries APDUs. */
  readonly slot?: SlotStyle;
  /** Called for each report that crosses the host link. */
  readonly crossed?: (direction: 'toReader' | 'toHost', report: Uint8Array) => void;
  /** Called with what the customer is asked to do, whenever it changes: a value of `PROMPT`, or 0. */
  readonly prompted?: (prompt: number) => void;
  readonly winked?: () => void;
  /** Called when the reader got power, or lost it. */
  readonly switched?: () => void;
  /** Called when the firmware ended, after its hosts were told. */
  readonly failed?: (fault: Error) => void;
  /** Called when the reader has power, and takes reports. That it has none any more, its hosts are told. */
  readonly powered?: () => void;
}

export interface SimulatedReader {
  readonly port: ReportPort;
  readonly contact: CardPlace;
  readonly contactless: CardPlace;
  /** Why the firmware ended, if it did. Its hosts were told that the device is gone; `start` brings it back. */
  fault(): Error | undefined;
  /** Power on, and power off first when it was on. Rejects when the firmware doesn't load. A `stop` or `start` meanwhile overtakes it. */
  start(): Promise<void>;
  /** Power off: hosts are told that the device is gone. Safe to call twice. */
  stop(): void;
  isPowered(): boolean;
  /** The power fails at that operation of the flash, 1 the next: a write of a record, on the chip an erased sector or a programmed page. */
  cutPower(cut: PowerCut): void;
  /** The same, counted in writes of a record of results, on the chip in erased sectors and programmed pages of theirs. */
  cutPowerOfResults(cut: PowerCut): void;
  /** The same for the flash that keys are in: erased sectors and programmed pages. */
  cutPowerOfKeys(cut: PowerCut): void;
  /** Opens the case: the tamper line says so, now and at every start from now on. */
  tamper(): void;
  /** What it has for payments is erased, and nobody gives it again. Seen at the next start. */
  loseKeys(): void;
}

/** A reader without power. */
export function createSimulatedReader(options: SimulatedReaderOptions): SimulatedReader {
  const hosts = new Set<ReportHandlers>();
  const wake = (): void => power?.pump.wake();
  const sleep = (ms: number): Promise<void> => options.clock.sleep(ms);
  const news = (): void => (line === undefined ? wake() : line.changed());
  // Where the firmware speaks the protocol of the slot, the card asks for time there.
  const contact = createCardPlace('contact', news, options.slot === undefined ? sleep : undefined);
  const contactless = createCardPlace('contactless', wake, sleep);
  const firmwarePower = createFirmwarePower(options.firmware.script);
  let power: { readonly pump: Pump; readonly queues: HostQueues; readonly loaded: Loaded } | undefined;
  let fault: Error | undefined;
  /** Counts the times the power was switched: a start that was overtaken meanwhile is none. */
  let switched = 0;
  const line = options.slot === undefined ? undefined : lineTo(contact, options.slot, options.clock, wake);
  const cuts = createPowerCuts();
  const records = createRecordsInMemory(undefined, { cuts });
  const configuration = createConfigurationInMemory(cuts);
  const keyFlash = createKeyFlash();
  keyFlash.lost = stop;
  let areKeysLost = false;

  function stop(): void {
    const ended = power;
    power = undefined;
    switched += 1;
    ended?.pump.stop();
    // Not at once: it may be the firmware itself that is calling us.
    if (ended !== undefined) queueMicrotask(() => ended.loaded.dispose());
    line?.port.powerOff();
    for (const place of [contact, contactless]) place.port.release();
    if (ended !== undefined) options.switched?.();
    const gone = [...hosts];
    hosts.clear();
    for (const host of gone) host.closed();
  }
  function deliver(report: Uint8Array): void {
    options.crossed?.('toHost', report);
    for (const host of [...hosts]) host.report(report);
  }
  async function start(): Promise<void> {
    stop();
    fault = undefined;
    const own = switched;
    const { script, store, isOnTrial } = firmwarePower.start(restart);
    let step: (() => number) | undefined;
    const queues = createHostQueues();
    const provision = options.provision();
    const board = createSimulatedBoard({
      ...options,
      ...provision,
      keys: provision.keys.filter(({ name }) => !areKeysLost || name !== KEY.dukptInitial),
      host: queues,
      contact,
      contactless,
      contactLine: line?.port,
      display: onlyChanges(options),
      firmware: store,
      records: records.powerOn(stop),
      keyFlash,
      configuration: configuration.powerOn(options.configuration, stop),
      start: (given) => {
        step = given;
      },
    });
    let loaded: Loaded;
    try {
      loaded = await options.target.load(script, board);
    } catch (thrown) {
      if (own !== switched) return;
      if (isOnTrial()) return start();
      throw thrown;
    }
    if (own !== switched) {
      loaded.dispose();
      return;
    }
    if (step === undefined) {
      loaded.dispose();
      if (isOnTrial()) return start();
      throw new Error('the firmware did not call board.start');
    }
    const failed = (thrown: unknown): void => (isOnTrial() ? restart() : end(thrown));
    const pump = createPump(options.clock, {
      step,
      stepped: () => power?.queues === queues && queues.drain(deliver),
      failed,
    });
    power = { pump, queues, loaded };
    options.switched?.();
    pump.wake();
    options.powered?.();
  }

  function end(thrown: unknown): void {
    const ended = new Error('the firmware ended with a fault', { cause: thrown });
    fault = ended;
    stop();
    options.failed?.(ended);
  }
  /** Not at once: it's the firmware that calls. */
  function restart(): void {
    const asked = switched;
    queueMicrotask(() => {
      if (asked === switched) void start().catch(end);
    });
  }

  const device: DeviceInfo = {
    id: `simulated/${options.serial}`,
    serial: options.serial,
    model: SIMULATED_MODEL,
    firmware: '',
    transport: 'memory',
  };
  return {
    port: {
      device,
      open(handlers) {
        if (power === undefined) throw notThere('the simulated reader has no power');
        hosts.add(handlers);
        return {
          send(report) {
            if (power === undefined) throw new Error('the simulated reader has no power');
            power.queues.push(report);
            options.crossed?.('toReader', report);
            wake();
          },
          close: () => void hosts.delete(handlers),
        };
      },
    },
    contact,
    contactless,
    fault: () => fault,
    start,
    stop,
    isPowered: () => power !== undefined,
    cutPower: cuts.cutPower,
    cutPowerOfResults: cuts.cutPower,
    loseKeys() {
      areKeysLost = true;
      emptyKeyFlash(keyFlash);
    },
    cutPowerOfKeys: (cut) => cutKeyFlash(keyFlash, cut),
    tamper() {
      keyFlash.isTampered = true;
      wake();
    },
  };
}

/** What a transport says of a device that isn't there. */
export function notThere(reason: string): ReaderError {
  return new ReaderError('link/denied', { charged: 'no', cause: new Error(reason) });
}

function lineTo(place: CardPlace, style: SlotStyle, clock: Clock, news: () => void): SoftwareLine {
  const card = new SlotCard(place, style);
  const line = createSoftwareLine({ card, timers: clockTimers(clock), nanos: () => clock.now() * 1e6, news });
  card.connect(line);
  return line;
}

function onlyChanges({ prompted, winked }: SimulatedReaderOptions): { show(prompt: number): void; wink(): void } {
  let shown = 0;
  return {
    show(prompt) {
      if (prompt === shown) return;
      shown = prompt;
      prompted?.(prompt);
    },
    wink: () => winked?.(),
  };
}
