/** A reader on the emulated chip, a till and a test host: one payment after the other, counted. */
import { readFileSync } from 'node:fs';
import { connect, money, newKey } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { developmentKeys } from '../../src/board/developmentKeys.js';
import { developmentProvision } from '../../src/board/provision.js';
import { createCard } from '../../src/cards/catalogue.js';
import { recordedCard } from '../../src/cards/recordedCard.js';
import type { Chip } from '../../src/chip/chip.js';
import { createVirtualClock } from '../../src/clock.js';
import { developmentConfiguration } from '../../src/configuration.js';
import { createTestHost } from '../../src/issuer/testHost.js';
import { createTestPki } from '../../src/pki/testPki.js';
import { repositoryFile } from '../../src/replay/repositoryFile.js';
import { seededBytes } from '../../src/seed.js';
import { loadPicoImage } from '../../src/targets/picoImages.js';
import { createPicoReader, type PicoReader } from '../../src/targets/picoReader.js';
import { airNanos } from './airTime.js';
import { elfSymbols } from './elfSymbols.js';

const SEED = 'bench';
const SERIAL = 'BENCH';
const PROGRAM = 'firmware/port/build/pico/comptoir-A.elf';

export interface Tap {
  /** From the till's message to its result. */
  readonly instructions: number;
  /** The emulator's estimate for them, without caches and wait states. */
  readonly cycles: number;
  readonly apdus: number;
  readonly airNanos: number;
}

export interface BenchReader extends AsyncDisposable {
  readonly reader: PicoReader;
  readonly chip: Chip;
  readonly symbols: ReadonlyMap<string, number>;
  /** From power on to where the firmware waits for a host. */
  readonly boot: { readonly instructions: number; readonly nanos: number };
  /** @throws Error when the payment isn't approved */
  pay(card: string): Promise<Tap>;
}

export interface BenchReaderOptions {
  /** Another start each; default: one that is kept for the next time. */
  readonly noise?: string;
  /** Called before the start. */
  readonly prepare?: (chip: Chip, symbols: ReadonlyMap<string, number>) => void;
}

export async function startBenchReader({ noise, prepare }: BenchReaderOptions = {}): Promise<BenchReader> {
  const clock = createVirtualClock();
  const image = loadPicoImage('comptoir');
  const program = repositoryFile(PROGRAM);
  const symbols = program === undefined ? new Map<string, number>() : elfSymbols(readFileSync(program));
  const pki = createTestPki();
  let boot = { instructions: 0, nanos: 0 };
  const reader = createPicoReader({
    image: noise === undefined ? image : { segments: image.segments, sha256: image.sha256 },
    clock,
    serial: SERIAL,
    noise: noise ?? SEED,
    configuration: developmentConfiguration(pki),
    provision: developmentProvision(SEED, SERIAL),
    booted: (chip) => {
      boot = { instructions: countsOf(chip).instructions, nanos: chip.nanos() };
    },
  });
  prepare?.(reader.chip, symbols);
  await reader.start();
  const till = await connect(memory(reader.port), {
    clock,
    random: seededBytes(`${SEED}/till`),
    host: createTestHost({ baseDerivationKey: developmentKeys(SEED, SERIAL).baseDerivationKey }),
  });
  const { chip } = reader;
  let payments = 0;
  return {
    reader,
    chip,
    symbols,
    boot,
    async pay(name) {
      payments += 1;
      const card = recordedCard(createCard(name, { seed: `${SEED}/${name}`, pki }));
      const before = countsOf(chip);
      reader.contactless.put(card);
      const result = await till.pay({
        amount: money(1250, 'EUR'),
        key: newKey(`bench-${payments}`),
        interfaces: 'contactless',
      });
      reader.contactless.empty();
      const after = countsOf(chip);
      if (result.status !== 'approved') throw new Error(`the payment with ${name} is ${result.status}`);
      return {
        instructions: after.instructions - before.instructions,
        cycles: after.cycles - before.cycles,
        apdus: card.exchanges.length,
        airNanos: airNanos(card.exchanges),
      };
    },
    [Symbol.asyncDispose]: async () => reader.stop(),
  };
}

/** Without the skips of idle time: waiting for a serial line costs none. */
function countsOf(chip: Chip): { readonly instructions: number; readonly cycles: number } {
  return { instructions: chip.steps - chip.idleSkips, cycles: chip.core.core.cycles };
}
