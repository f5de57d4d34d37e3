/**
 * A reader, its cards and its acquirer in one process, for tests of whatever takes money.
 * Floor: simulator. Nothing is shared between simulations but what never changes.
 *
 *   const simulation = await simulate();
 *   simulation.tap('visa-debit');
 *   const reader = await connect(simulation, simulation);
 */

import { toHex } from '@comptoir/protocol';
import type { Clock, Transport } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { developmentKeys } from './board/developmentKeys.js';
import { developmentProvision } from './board/provision.js';
import type { Card, CardInterface } from './cards/card.js';
import { createCard } from './cards/catalogue.js';
import { type Exchange, type RecordedCard, recordedCard } from './cards/recordedCard.js';
import type { PowerCut } from './chip/flash.js';
import { createVirtualClock } from './clock.js';
import { developmentConfiguration } from './configuration.js';
import { type FirmwareText, loadFirmwareText } from './firmwareText.js';
import { type Authorisers, developmentAuthorisers } from './issuer/developmentAuthorisers.js';
import { createTestHost, type TestHost } from './issuer/testHost.js';
import { createTestPki } from './pki/testPki.js';
import { createSimulatedReader, type SimulatedReader, type SimulatedReaderOptions } from './reader.js';
import { seededBytes } from './seed.js';
import type { SlotStyle } from './slot/slotCard.js';
import { type Step, stepsOf } from './steps.js';
import { loadPicoImage, type PicoImage } from './targets/picoImages.js';
import { createPicoReader, PICO_MODEL } from './targets/picoReader.js';
import { findTarget, type ReaderTargetName } from './targets/targets.js';

export interface SimulateOptions {
  /** Of the reader's randomness, its keys and its cards. Default 1. */
  readonly seed?: number | string;
  /** Default: a virtual clock. A host or a till that waits for the network needs `realClock`. */
  readonly clock?: Clock;
  /** Default `quickjs`. `pico` is the emulated chip with its image, reached by its USB. */
  readonly target?: ReaderTargetName;
  /** What the reader is set up with: an encoded `configuration` message. Default: `developmentConfiguration`. */
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
  /** Keeps the transcript and the steps. Default true; a reader that runs for days would fill the memory. */
  readonly record?: boolean;
  /** Called with what the customer is asked to do, whenever it changes: a value of `PROMPT`, or 0 for nothing. */
  readonly prompted?: (prompt: number) => void;
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

/** It has what `connect` takes as its options, too: the clock, the randomness and the host of the simulation. */
export interface Simulation extends Transport, AsyncDisposable {
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** The acquirer's side: it opens envelopes and decides by the card. */
  readonly host: TestHost;
  /** Behind the host: gift cards, coupons, points and accounts, with their ledgers. */
  readonly authorisers: Authorisers;
  readonly serial: string;
  readonly target: ReaderTargetName;
  /** SHA-256 of the firmware's text, or of the image, upper-case hexadecimal. */
  readonly firmwareSha256: string;
  /**
   * Holds a card to the antenna until `lift`. The same name is the same card each time, with its counters.
   * @throws UnknownCardError, and Error for a card that has no such interface
   */
  tap(card: string | Card): void;
  /** Puts a card into the slot until `lift`; throws like `tap`, and when the slot is taken. */
  insert(card: string | Card): void;
  /** Takes all cards away, in the middle of whatever they do. */
  lift(): void;
  /** What went over the host link so far: the same seed and the same calls give the same bytes. */
  transcript(): readonly TranscriptEntry[];
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
  /** Power off and on; connections are lost, and what the reader keeps in flash stays. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The serial number that a simulated reader has by its seed. */
export function serialOf(seed: number | string): string {
  return `SIM${toHex(seededBytes(`${seed}/serial`)(4))}`;
}

/** Starts a reader with development keys. */
export async function simulate(options: SimulateOptions = {}): Promise<Simulation> {
  const { seed = 1, clock = createVirtualClock(), target = 'quickjs', record = true, prompted, failed } = options;
  const serial = options.serial ?? serialOf(seed);
  const pki = createTestPki();
  const authorisers = developmentAuthorisers({
    nowMs: () => clock.now(),
    ...(options.accountCredit !== undefined && { credit: options.accountCredit }),
  });
  const startMs = clock.now();
  const transcript: TranscriptEntry[] = [];
  const cards = new Map<string, Card>();
  const presented: RecordedCard[] = [];

  const { reader, firmwareSha256 } = await readerOn(target, options, {
    clock,
    serial,
    configuration: options.configuration ?? developmentConfiguration(pki),
    provision: developmentProvision(seed, serial, target === 'pico' ? { model: PICO_MODEL } : {}),
    ...(options.slot !== undefined && { slot: options.slot }),
    ...(record && { crossed: keep }),
    ...(prompted !== undefined && { prompted }),
    ...(failed !== undefined && { failed }),
  });
  await reader.start();

  function keep(direction: TranscriptEntry['direction'], report: Uint8Array): void {
    transcript.push({ atMs: clock.now() - startMs, direction, report: report.slice() });
  }
  function present(card: string | Card, on: CardInterface): void {
    const given = typeof card === 'string' ? known(card) : card;
    const recorded = record ? recordedCard(given, () => clock.now() - startMs) : undefined;
    reader[on].put(recorded ?? given);
    if (recorded !== undefined) presented.push(recorded);
  }
  function known(name: string): Card {
    const card = cards.get(name) ?? createCard(name, { seed: `${seed}/${name}`, pki });
    cards.set(name, card);
    return card;
  }
  const close = async (): Promise<void> => reader.stop();
  return {
    ...memory(reader.port),
    clock,
    random: seededBytes(`${seed}/till`),
    host: createTestHost({ baseDerivationKey: developmentKeys(seed, serial).baseDerivationKey, authorisers, clock }),
    authorisers,
    serial,
    target,
    firmwareSha256,
    tap: (card) => present(card, 'contactless'),
    insert: (card) => present(card, 'contact'),
    lift() {
      reader.contact.empty();
      reader.contactless.empty();
    },
    transcript: () => [...transcript],
    steps: () => stepsOf(presented),
    exchanges: () => presented.flatMap(({ exchanges }) => exchanges),
    fault: reader.fault,
    cutPower: reader.cutPower,
    restart: reader.start,
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
