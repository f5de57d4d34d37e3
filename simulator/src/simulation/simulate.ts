/**
 * A reader, its cards and its acquirer in one process, for tests of whatever takes money.
 * Floor: simulator simulation. Nothing is shared between simulations but what never changes.
 *
 * Every simulation stands alone: hundreds run beside each other in one process.
 *
 *   const simulation = await simulate();
 *   simulation.tap('visa-debit');
 *   const reader = await connect(simulation, simulation);
 */

import { developmentKeys, developmentProvision } from '@comptoir/factory/development';
import type { GiftBooks } from '@comptoir/issuer/authorisers';
import { PROMPT, toHex } from '@comptoir/protocol';
import { type Clock, loadLink, type MessageDirection, type Store, type Transport } from '@comptoir/sdk';
import { memoryStore } from '@comptoir/sdk/checkout';
import { memory } from '@comptoir/sdk/transports/memory';
import { seededBytes } from '#crypto/seed';
import type { Card } from '../machine/card.js';
import type { PowerCut } from '../machine/chip/flash.js';
import { createVirtualClock, type ManualClock } from '../machine/clock.js';
import { type FirmwareText, loadFirmwareText } from '../machine/firmwareText.js';
import { lastOnes } from '../machine/lastOnes.js';
import { createSimulatedReader, type SimulatedReader, type SimulatedReaderOptions } from '../machine/reader.js';
import type { SlotStyle } from '../machine/slot/slotCard.js';
import { loadPicoImage, type PicoImage } from '../machine/targets/picoImages.js';
import { createPicoReader, PICO_MODEL, type PicoReader } from '../machine/targets/picoReader.js';
import {
  findTarget,
  isReaderTargetName,
  type ReaderTargetName,
  readerTargetNames,
} from '../machine/targets/targets.js';
import type { UsbDevice } from '../machine/usb/usbDevice.js';
import { createUsbModel, type UsbModel } from '../machine/usb/usbModel.js';
import { type Authorisers, developmentAuthorisers } from '../world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer, type TestAcquirer } from '../world/acquirer/testAcquirer.js';
import { createCard } from '../world/cards/catalogue.js';
import type { Exchange } from '../world/cards/recordedCard.js';
import { developmentConfiguration, signDevelopmentConfiguration } from '../world/configuration.js';
import { createTestPki } from '../world/pki/testPki.js';
import { type Customer, createCustomer } from './customer.js';
import { createEventLog, type LogEntry, type OpenedEntry } from './eventLog.js';
import type { Fault } from './faults/fault.js';
import { createFaults } from './faults/faults.js';
import { createIssuerTroubles } from './faults/issuerTroubles.js';
import { type Step, stepsOf } from './steps.js';

export interface SimulateOptions {
  /** Of the reader's randomness, its keys and its cards. Default 1. */
  readonly seed?: number | string;
  /** Default: a virtual clock. A host or a till that waits for the network needs `realClock`. */
  readonly clock?: Clock;
  /** Default `quickjs`. `pico` is the emulated chip with its image, reached by its USB. */
  readonly target?: ReaderTargetName;
  /** Cards of your own, by the names that `tap` and `insert` take. They come before those of the catalogue. */
  readonly cards?: Readonly<Record<string, Card>>;
  /** What the reader is provisioned with: an encoded `configuration` message, signed here. Default: `developmentConfiguration`. */
  readonly configuration?: Uint8Array;
  /** Default: the reader that is bundled with the simulator. */
  readonly firmware?: FirmwareText;
  /** Has the firmware drive the contacts of the slot, with cards that speak so. Default: the board carries APDUs. */
  readonly slot?: SlotStyle;
  /** For `pico`. Default: what `npm run firmware` built. */
  readonly image?: PicoImage;
  /** Up to 16 printable ASCII characters. Default: made from the seed. */
  readonly serial?: string;
  /** What the account of the dynamic card may owe, in minor units. Default: 3,000.00. */
  readonly accountCredit?: number;
  /** Keep the value of the dynamic card's gift card: a shop's ledger. The card has no figure then, and the reader asks. Default: its authoriser does. */
  readonly giftBooks?: GiftBooks;
  /** Keeps the transcript and the steps. Default true; a reader that runs for days would fill the memory. */
  readonly record?: boolean;
  /** Keeps no more than the last so many reports, entries of the log and messages, for a reader that is looked at for days. Default: all. */
  readonly historyMax?: number;
  /** Called when `state` may be another, whatever it was. */
  readonly changed?: () => void;
  /** Called with what the customer is asked to do, whenever it changes: a value of `PROMPT`, or 0 for nothing. */
  readonly prompted?: (prompt: number) => void;
  /** Called with each entry of `log`, as it happens. */
  readonly logged?: (entry: LogEntry) => void;
  /** Called when the firmware ended with a fault, after its hosts were told. */
  readonly failed?: (fault: Error) => void;
}

/** One report of the host link. */
export interface TranscriptEntry {
  /** Since the start of the simulation. */
  readonly atMs: number;
  readonly direction: 'toReader' | 'toHost';
  /** 64 bytes. */
  readonly report: Uint8Array;
}

/** A message of a till, as it is before it's sealed. */
export interface CrossedMessage {
  readonly direction: MessageDirection;
  readonly bytes: Uint8Array;
}

/** It has what `connect` takes as its options, too: trust, clock, randomness and acquirer of the simulation, and it keeps the messages. */
export interface Simulation extends Transport, Customer, AsyncDisposable {
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly trust: 'development';
  readonly traced: (direction: MessageDirection, message: Uint8Array) => void;
  /**
   * The reader as a USB device, for `plugIn`. On `pico` the cable goes to whoever has this one, for good: nobody connects to the
   * simulation itself any more.
   */
  usb(): UsbDevice;
  /** The acquirer's side: it opens envelopes and decides by the card. */
  readonly acquirer: TestAcquirer;
  /** A till's store, in memory: for the journal of a checkout. */
  readonly store: Store;
  /** Behind the acquirer: gift cards, coupons, points and accounts, with their ledgers. */
  readonly authorisers: Authorisers;
  readonly serial: string;
  readonly target: ReaderTargetName;
  /** SHA-256 of the firmware's text, or of the image, upper-case hexadecimal. */
  readonly firmwareSha256: string;
  /** Something goes wrong, now or when its time has come. Resolves once that's arranged. @throws Error when there is no such fault, or not on this target */
  inject(fault: Fault): Promise<void>;
  /** Lets time pass: on a manual clock by hand, on another by waiting. */
  advance(ms: number): Promise<void>;
  /** Pulls the cable, and with it the power. `restart` plugs it in again; so does the reader's time, after `replugMs`. */
  unplug(replugMs?: number): void;
  /** How things are now. */
  state(): SimulationState;
  /** What went over the host link so far: the same seed and the same calls give the same bytes. */
  transcript(): readonly TranscriptEntry[];
  /** What happened so far, in order and in words, fit to print. */
  log(): readonly LogEntry[];
  /** What is behind an entry of the log, fit to print; undefined: nothing more, or it's forgotten. */
  opened(number: number): OpenedEntry | undefined;
  /** The messages of the tills that were given this simulation as their options, in clear, without those of the handshakes. */
  messages(): readonly CrossedMessage[];
  /** The commands that cards got so far, card by card, fit to print. */
  steps(): readonly Step[];
  /** The same, unmasked, with times since the start of the simulation: for a card transcript. Never print them. */
  exchanges(): readonly Exchange[];
  /** Why the firmware ended, if it did. `restart` brings the reader back. */
  fault(): Error | undefined;
  /**
   * The power fails when the reader keeps something, right after it or in the middle of it; connections are lost. `restart` brings
   * the reader back. Counted from here: on the chip in erased sectors and programmed pages, else in results that are written.
   */
  cutPower(cut: PowerCut): void;
  /** The same for the flash that keys are in, in erased sectors and programmed pages. */
  cutPowerOfKeys(cut: PowerCut): void;
  /** Opens the case: the reader destroys its keys. @throws Error on the chip, whose board has no tamper line */
  tamper(): void;
  /** Power off and on; connections are lost, and what the reader keeps in flash stays. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface SimulationState {
  readonly isPowered: boolean;
  /** A value of `PROMPT`, or 0 for nothing. */
  readonly prompt: number;
  /** Whether there is a card. */
  readonly isFieldTaken: boolean;
  readonly isSlotTaken: boolean;
  /** Their names. */
  readonly fieldCards: readonly string[];
  readonly slotCards: readonly string[];
  /** Since the start of the simulation. */
  readonly atMs: number;
}

/** The serial number that a simulated reader has by its seed. */
export function serialOf(seed: number | string): string {
  return `SIM${toHex(seededBytes(`${seed}/serial`)(4))}`;
}

/** Starts a reader with development keys. */
export async function simulate(options: SimulateOptions = {}): Promise<Simulation> {
  const { seed = 1, clock = createVirtualClock(), target = 'quickjs', record = true, prompted, failed } = options;
  if (!isReaderTargetName(target))
    throw new Error(`there is no target "${target}"; there are: ${readerTargetNames.join(', ')}`);
  const serial = options.serial ?? serialOf(seed);
  const pki = createTestPki();
  const authorisers = developmentAuthorisers({
    nowMs: () => clock.now(),
    ...(options.accountCredit !== undefined && { credit: options.accountCredit }),
    ...(options.giftBooks !== undefined && { giftBooks: options.giftBooks }),
  });
  const startMs = clock.now();
  const { historyMax, changed } = options;
  const transcript = lastOnes<TranscriptEntry>(historyMax);
  const log = createEventLog(() => clock.now() - startMs, options.logged, historyMax);
  const messages = lastOnes<CrossedMessage>(historyMax);

  let prompt = 0;
  let usbModel: UsbModel | undefined;
  const { reader, firmwareSha256 } = await readerOn(target, options, {
    clock,
    serial,
    configuration: signDevelopmentConfiguration(options.configuration ?? developmentConfiguration(pki)),
    provision: developmentProvision(seed, serial, target === 'pico' ? { model: PICO_MODEL } : {}),
    ...(options.slot !== undefined && { slot: options.slot }),
    ...(record && { crossed: keep }),
    prompted(shown) {
      prompt = shown;
      if (record) log.prompt(shown);
      if (shown === PROMPT.presentCard || shown === PROMPT.insertCard) faults.reached('waiting');
      prompted?.(shown);
      changed?.();
    },
    ...(changed !== undefined && { switched: changed }),
    ...(failed !== undefined && { failed }),
    powered: () => usbModel?.powered(),
  });
  const baseDerivationKey = developmentKeys(seed, serial).baseDerivationKey;
  const issuers = createIssuerTroubles();
  const faults = createFaults({
    reader,
    target,
    clock,
    seed,
    acquirer: createTestAcquirer({ baseDerivationKey, authorisers, clock, overruled: issuers.overruled }),
    issuers,
    store: memoryStore(),
    tap: (card) => customer.tap(card),
    ...(record && { log }),
  });
  const { presented, ...customer } = createCustomer({
    reader,
    faults,
    made: (name) =>
      options.cards?.[name] ??
      createCard(name, { seed: `${seed}/${name}`, pki, showsGift: options.giftBooks === undefined }),
    log,
    sinceMs: () => clock.now() - startMs,
    record,
    historyMax,
    changed,
  });
  // Before the reader has power: its clock would run while a file is read.
  await loadLink();
  await reader.start();

  function keep(direction: TranscriptEntry['direction'], report: Uint8Array): void {
    const kept = report.slice();
    log.report(direction, kept);
    transcript.push({ atMs: clock.now() - startMs, direction, report: kept });
  }
  const close = async (): Promise<void> => {
    await faults.close();
    reader.stop();
  };
  return {
    ...memory(faults.port),
    ...customer,
    clock: faults.clock,
    random: seededBytes(`${seed}/till`),
    usb() {
      if ('takeCable' in reader) return (reader as PicoReader).takeCable();
      if (usbModel === undefined) {
        usbModel = createUsbModel({ port: faults.port, serial });
        usbModel.powered();
      }
      return usbModel;
    },
    acquirer: faults.acquirer,
    store: faults.store,
    trust: 'development',
    traced(direction, message) {
      if (record) messages.push({ direction, bytes: message.slice() });
    },
    authorisers,
    serial,
    target,
    firmwareSha256,
    inject: faults.inject,
    async advance(ms) {
      await ('advance' in clock ? (clock as ManualClock).advance(ms) : clock.sleep(ms));
      changed?.();
    },
    unplug: faults.unplug,
    state: () => ({
      isPowered: reader.isPowered(),
      prompt: reader.isPowered() ? prompt : 0,
      isFieldTaken: reader.contactless.isTaken(),
      isSlotTaken: reader.contact.isTaken(),
      fieldCards: reader.contactless.names(),
      slotCards: reader.contact.names(),
      atMs: clock.now() - startMs,
    }),
    transcript: transcript.all,
    log: log.entries,
    opened: log.opened,
    messages: messages.all,
    steps: () => stepsOf(presented()),
    exchanges: () => presented().flatMap(({ exchanges }) => exchanges),
    fault: reader.fault,
    cutPower: reader.cutPower,
    cutPowerOfKeys: reader.cutPowerOfKeys,
    tamper: reader.tamper,
    restart() {
      if (record) log.note('customer', reader.isPowered() ? 'switches the power off and on' : 'gives the reader power');
      return reader.start();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type CommonReaderOptions = Omit<SimulatedReaderOptions, 'firmware' | 'target' | 'winked'>;

async function readerOn(
  target: ReaderTargetName,
  { firmware, image, seed = 1 }: SimulateOptions,
  common: CommonReaderOptions,
): Promise<{ readonly reader: SimulatedReader; readonly firmwareSha256: string }> {
  if (target === 'pico') {
    const used = image ?? loadPicoImage('comptoir');
    return {
      reader: createPicoReader({ ...common, image: used, noise: `${seed}/noise` }),
      firmwareSha256: used.sha256,
    };
  }
  const text = firmware ?? (await loadFirmwareText('reader'));
  const reader = createSimulatedReader({ ...common, firmware: text, target: findTarget(target) });
  return { reader, firmwareSha256: text.sha256 };
}
