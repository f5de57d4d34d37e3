/** A reader on the emulated chip, a till and a test acquirer: one payment after the other, counted. */
import { readFileSync } from 'node:fs';
import { seededBytes } from '@comptoir/crypto/seed';
import { developmentKeys, developmentProvision } from '@comptoir/factory/development';
import { decodeMessage, encodeMessage } from '@comptoir/protocol';
import { type Acquirer, connect, keyFrom, loadLink, money, type PaymentKey } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import type { Card, CardInterface } from '../../src/machine/card.js';
import type { Chip } from '../../src/machine/chip/chip.js';
import { createVirtualClock } from '../../src/machine/clock.js';
import { repositoryFile } from '../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../src/machine/targets/picoImages.js';
import { createPicoReader, PICO_MODEL, type PicoReader } from '../../src/machine/targets/picoReader.js';
import { createScenarioCard } from '../../src/trials/replay/scenarioCard.js';
import { developmentAuthorisers } from '../../src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer } from '../../src/world/acquirer/testAcquirer.js';
import { createCard } from '../../src/world/cards/catalogue.js';
import { recordedCard } from '../../src/world/cards/recordedCard.js';
import { developmentConfiguration, signDevelopmentConfiguration } from '../../src/world/configuration.js';
import { createTestPki } from '../../src/world/pki/testPki.js';
import { ACCOUNT_CREDIT, checkFourTenders, FOUR_TENDERS } from '../rows/fourTenders.js';
import { FULL_CARD } from '../rows/fullWallet.js';
import { airNanos } from './airTime.js';
import { elfSymbols } from './elfSymbols.js';

const SEED = 'bench';
const SERIAL = 'BENCH';
const SETTLED_MS = 3000;
const REFUSALS = 3;
const PROGRAM = 'firmware/port/build/pico/comptoir-A.elf';

/** Of the chip's processor; while it sleeps, nothing is counted. */
export interface Counted {
  readonly instructions: number;
  /** What they take, waiting for the flash included: by the emulator, and by its model of the cache. */
  readonly cycles: number;
}

export interface Start extends Counted {
  /** Of the chip's time. */
  readonly nanos: number;
}

/** From the till's message to its result. */
export interface Tap extends Counted {
  readonly apdus: number;
  readonly airNanos: number;
}

type SpoiltField = 'transactionToken' | 'answerMac';

export interface LinkFigures {
  /** INIT, in version 2 the handshake, and INFO. */
  readonly connect: Counted;
  /** A question of 24 bytes and its answer. */
  readonly lookup: Counted;
}

export interface BenchReader extends AsyncDisposable {
  readonly reader: PicoReader;
  readonly chip: Chip;
  readonly symbols: ReadonlyMap<string, number>;
  /** From power on to where its host is plugged in. */
  readonly boot: Start;
  /** @throws Error when the payment isn't approved */
  pay(card: string, on?: CardInterface): Promise<Tap>;
  /** Another till opens a link, asks one question, and closes. */
  link(protocolVersion: 1 | 2): Promise<LinkFigures>;
  /** To one open payment the acquirer's answer comes with one field spoilt, and is refused. @returns instructions from the answer to the refusal */
  refusedAnswers(): Promise<Readonly<Record<SpoiltField, number>>>;
  /** Four tenders of the dynamic card. Once: a coupon pays once. @throws Error when it comes out in another way */
  checkout(): Promise<Tap>;
  /** A basket from a card with 32 profiles. Nobody issued its coupons and gift cards. @throws Error when it isn't declined */
  checkoutFull(): Promise<Tap>;
}

export interface BenchReaderOptions {
  /** Another start each; default: one that is kept for the next time. */
  readonly noise?: string;
  /** Starts the chip. Default: until its self-tests are over, from a start that was kept. */
  readonly boot?: (chip: Chip) => void;
  /** Called before the start. */
  readonly prepare?: (chip: Chip, symbols: ReadonlyMap<string, number>) => void;
}

export async function startBenchReader({ noise, boot: start, prepare }: BenchReaderOptions = {}): Promise<BenchReader> {
  const clock = createVirtualClock();
  const image = loadPicoImage('comptoir');
  const program = repositoryFile(PROGRAM);
  const symbols = program === undefined ? new Map<string, number>() : elfSymbols(readFileSync(program));
  const pki = createTestPki();
  const authorisers = developmentAuthorisers({ nowMs: () => clock.now(), credit: ACCOUNT_CREDIT });
  let boot = { instructions: 0, cycles: 0, nanos: 0 };
  const reader = createPicoReader({
    image: noise === undefined ? image : { segments: image.segments, sha256: image.sha256 },
    clock,
    serial: SERIAL,
    noise: noise ?? SEED,
    configuration: signDevelopmentConfiguration(developmentConfiguration(pki)),
    provision: developmentProvision(SEED, SERIAL, { model: PICO_MODEL }),
    ...(start === undefined ? {} : { boot: start }),
    booted: (chip) => {
      boot = { ...countsOf(chip), nanos: chip.nanos() };
    },
  });
  prepare?.(reader.chip, symbols);
  await loadLink();
  await reader.start();
  const acquirer = createTestAcquirer({
    baseDerivationKey: developmentKeys(SEED, SERIAL).baseDerivationKey,
    authorisers,
    clock,
  });
  const options = { trust: 'development' as const, clock, random: seededBytes(`${SEED}/till`), acquirer };
  const till = await connect(memory(reader.port), options);
  const { chip } = reader;
  let sales = 0;

  async function tap(
    presented: Card,
    sell: (key: PaymentKey) => Promise<void>,
    on: CardInterface = 'contactless',
  ): Promise<Tap> {
    sales += 1;
    const card = recordedCard(presented);
    const before = countsOf(chip);
    reader[on].put(card);
    await sell(keyFrom(`bench-${sales}`));
    reader[on].empty();
    return { ...countedSince(chip, before), apdus: card.exchanges.length, airNanos: airNanos(card.exchanges) };
  }
  const cardOf = (name: string): Card => createCard(name, { seed: `${SEED}/${name}`, pki });
  return {
    reader,
    chip,
    symbols,
    boot,
    pay(name, on = 'contactless') {
      const sell = async (key: PaymentKey): Promise<void> => {
        const result = await till.pay({ amount: money(1250, 'EUR'), key, interfaces: on });
        if (result.status !== 'approved') throw new Error(`the payment with ${name} is ${result.status}`);
      };
      return tap(cardOf(name), sell, on);
    },
    async link(protocolVersion) {
      // What the reader does by itself when it's left alone is no part of it.
      await clock.sleep(SETTLED_MS);
      const before = countsOf(chip);
      await using asking = await connect(memory(reader.port), { ...options, protocolVersion });
      const connected = countedSince(chip, before);
      await clock.sleep(SETTLED_MS);
      const settled = countsOf(chip);
      await asking.lookup(keyFrom('never seen before'));
      return { connect: connected, lookup: countedSince(chip, settled) };
    },
    async refusedAnswers() {
      let answer: Uint8Array = new Uint8Array();
      let given = answer;
      let before = 0;
      const spoiling: Acquirer = {
        async authorise(...call) {
          answer = await acquirer.authorise(...call);
          throw new Error('the answer comes later');
        },
        async status() {
          before = countsOf(chip).instructions;
          return given;
        },
      };
      await using asking = await connect(memory(reader.port), { ...options, acquirer: spoiling });
      sales += 1;
      const key = keyFrom(`bench-${sales}`);
      reader.contactless.put(cardOf('visa-debit'));
      await asking.pay({ amount: money(1250, 'EUR'), key });
      reader.contactless.empty();
      const heard = async (bytes: Uint8Array, isGenuine: boolean): Promise<number> => {
        await clock.sleep(SETTLED_MS);
        given = bytes;
        const { status } = await asking.lookup(key);
        if ((status === 'approved') !== isGenuine) throw new Error(`the payment is ${status}`);
        return countsOf(chip).instructions - before;
      };
      // The least of some: now and then a turn of the USB falls into it.
      const refused = async (field: SpoiltField): Promise<number> => {
        let least = Number.POSITIVE_INFINITY;
        for (let time = 0; time < REFUSALS; time += 1)
          least = Math.min(least, await heard(spoilt(answer, field), false));
        return least;
      };
      const transactionToken = await refused('transactionToken');
      const answerMac = await refused('answerMac');
      await heard(answer, true);
      return { transactionToken, answerMac };
    },
    checkout: () => tap(cardOf('dynamic'), async (key) => checkFourTenders(await till.pay({ ...FOUR_TENDERS, key }))),
    checkoutFull: () =>
      tap(createScenarioCard(FULL_CARD), async (key) => {
        const { status } = await till.pay({ ...FOUR_TENDERS, choice: {}, key });
        if (status !== 'approved') throw new Error(`the sale with a card that is full is ${status}`);
      }),
    [Symbol.asyncDispose]: async () => reader.stop(),
  };
}

/** @param answer an encoded `complete` @returns the same with another last bit in the field */
function spoilt(answer: Uint8Array, field: SpoiltField): Uint8Array {
  const decoded = decodeMessage(answer);
  if (!decoded.ok || decoded.message.kind !== 'complete') throw new Error('the host gave no answer');
  const value = decoded.message[field].slice();
  value[value.length - 1] = (value[value.length - 1] ?? 0) ^ 1;
  return encodeMessage({ ...decoded.message, [field]: value });
}

/** Without the skips of idle time: waiting for a serial line costs none. Of one start of the chip. */
export function countsOf(chip: Chip): Counted {
  return { instructions: chip.steps - chip.idleSkips, cycles: chip.core.core.cycles };
}

export function countedSince(chip: Chip, before: Counted): Counted {
  const { instructions, cycles } = countsOf(chip);
  return { instructions: instructions - before.instructions, cycles: cycles - before.cycles };
}
