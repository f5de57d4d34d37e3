/**
 * A script that runs away, on the image that a person flashes: the reason is logged, the reader is reset within the watchdog's time,
 * enumerates again, and still knows the last result by its key. The image has no way to be made to fail: the emulator interferes.
 */
import { readFileSync } from 'node:fs';
import { seededBytes } from '@comptoir/crypto/seed';
import { developmentKeys } from '@comptoir/factory/development';
import { COMMAND } from '@comptoir/protocol';
import { connect, keyFrom } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { elfSymbols } from '../../../bench/pico/elfSymbols.js';
import type { Chip } from '../../../src/machine/chip/chip.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { createPicoVectorEngine } from '../../../src/trials/replay/picoVectors.js';
import { createTestAcquirer } from '../../../src/world/acquirer/testAcquirer.js';
import { createCard } from '../../../src/world/cards/catalogue.js';
import { bareHost, expectAnswers, type StartedReader, startedReader } from '../chip/chipReader.js';

const TIMEOUT_MS = 300_000;
/** firmware/port/boards/pico/watch.h, and a start with its signatures. */
const WATCHDOG_MS = 8_000;
const START_MS_MAX = 3_000;
const WANTED_IN_VAIN = 0x80000000;
const MANY_INTERRUPTS = 1_000_000;
const PINGS = 30;
const R0 = 0;
const R1 = 1;

const symbols = (): ReadonlyMap<string, number> =>
  elfSymbols(readFileSync(repositoryFile('firmware/port/build/pico/comptoir-A.elf') ?? ''));

function addressOf(name: string): number {
  const address = symbols().get(name);
  if (address === undefined) throw new Error(`the program has no ${name}`);
  return address & ~1;
}

/** @param entry where a function of the program begins; `act` is called once, with its arguments in the registers */
function interfere(chip: Chip, entry: string, act: (registers: Uint32Array) => void): void {
  const address = addressOf(entry);
  let isOver = false;
  chip.attach(() => {
    const { core } = chip.core;
    const { executeInstruction } = core;
    core.executeInstruction = () => {
      if (!isOver && core.PC === address) {
        isOver = true;
        act(core.registers);
      }
      return executeInstruction.call(core);
    };
  });
}

const runaways: readonly (readonly [name: string, line: RegExp, runAway: (chip: Chip) => void])[] = [
  [
    'heap used up',
    /fatal: the script has used up its memory/,
    (chip) =>
      interfere(chip, 'heap_allocate', (registers) => {
        registers[R0] = WANTED_IN_VAIN;
      }),
  ],
  [
    'a loop without end',
    /fatal: the script found no end/,
    (chip) => interfere(chip, 'check_limits', () => chip.core.writeUint32(addressOf('interrupts'), MANY_INTERRUPTS)),
  ],
  [
    'stack used up',
    /the script threw InternalError: stack overflow/,
    (chip) => {
      interfere(chip, 'JS_SetMaxStackSize', (registers) => {
        registers[R1] = 1_000;
      });
      chip.reset();
    },
  ],
];

async function paid(started: StartedReader): Promise<void> {
  const { reader, clock } = started;
  const till = await connect(memory(reader.port), {
    clock,
    trust: 'development',
    random: seededBytes('till'),
    acquirer: createTestAcquirer({
      baseDerivationKey: developmentKeys(1, reader.port.device.serial).baseDerivationKey,
    }),
  });
  reader.contactless.put(createCard('visa-debit', { seed: 1 }));
  const result = await till.pay({ amount: { minor: 1250, currency: 'EUR' }, key: keyFrom('order') });
  expect(result.status).toBe('approved');
  reader.contactless.empty();
  await till.close();
}

async function stillKnown({ reader, clock }: StartedReader): Promise<string> {
  const acquirer = { authorise: () => Promise.reject(new Error('not asked')), status: () => Promise.resolve(null) };
  const till = await connect(memory(reader.port), {
    clock,
    random: seededBytes('next till'),
    acquirer,
    trust: 'development',
  });
  return (await till.lookup(keyFrom('order'))).status;
}

test.each(runaways)(
  '%s: logged, reset, back on the bus, and the last result is known',
  {
    timeout: TIMEOUT_MS,
  },
  async (_, line, runAway) => {
    await using started = await startedReader();
    const { chip } = started.reader;
    await paid(started);
    const { resets } = chip;
    runAway(chip);
    // Something for the script to do.
    for (let ping = 0; ping < PINGS && chip.resets === resets; ping += 1)
      bareHost(started, 'hid').sendFrame({ channel: ping, command: COMMAND.ping, payload: new Uint8Array(1_000) });
    await started.clock.sleep(WATCHDOG_MS + 2 * START_MS_MAX);
    expect(started.lines.filter((each) => line.test(each))).toHaveLength(1);
    expect(chip.resets).toBeGreaterThan(resets);
    await expectAnswers(started);
    expect(await stillKnown(started)).toBe('approved');
  },
);

test('the engine never comes back: the watchdog resets, and the last result is known', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using started = await startedReader();
  const { chip } = started.reader;
  await paid(started);
  const { resets } = chip;
  // A loop that no count of interrupts sees, and nobody feeds the watchdog.
  const { executeInstruction } = chip.core.core;
  const { PC } = chip.core.core;
  chip.core.core.executeInstruction = () => {
    const cycles = executeInstruction.call(chip.core.core);
    if (chip.core.core.IPSR === 0) chip.core.core.PC = PC;
    return cycles;
  };
  await started.clock.sleep(WATCHDOG_MS + 500);
  expect(chip.resets).toBe(resets + 1);
  await started.clock.sleep(START_MS_MAX);
  await expectAnswers(started);
  expect(await stillKnown(started)).toBe('approved');
});

test.each(['fatal.manyObjects', 'fatal.noEnd', 'frozen.write'])(
  '%s in the test image: reset',
  { timeout: TIMEOUT_MS },
  async (name) => {
    const engine = createPicoVectorEngine(loadPicoImage('comptoir-probe'));
    expect(await engine.run('collections', {})).toEqual({ kind: 'actual', actual: { ok: true } });
    expect(await engine.run(name, {})).toMatchObject({ kind: 'fault', message: 'the image ended: it was reset' });
    expect(await engine.run('collections', {})).toEqual({ kind: 'actual', actual: { ok: true } });
    engine.dispose();
  },
);
