/** Updates whose cable is pulled, or whose link is cut, at each message: the result says what runs. */
import { COMMAND } from '@comptoir/protocol';
import { CHUNK_BYTES } from '@comptoir/protocol/image';
import { connect, type InstallProgress, type Transport } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/simulation/simulate.js';
import { packageOf, text } from './updates.js';

const newer = packageOf(text.script, 0x00020000);
const chunks = Math.ceil(new TextEncoder().encode(text.script).length / CHUNK_BYTES);

const TAG = { status: 0xf2, begin: 0xf0, chunk: 0xf1, finish: 0xf3, reboot: 0xf4, progress: 0xf6 } as const;
type Asked = Exclude<keyof typeof TAG, 'progress'>;

/** The report that begins a message of that tag: whole, or its part 0. What follows part 0 may have any bytes. */
function isMessage(report: Uint8Array, tag: number): boolean {
  const command = (report[4] ?? 0) ^ 0x80;
  if (command === COMMAND.part) return report[7] === 0 && report[8] === tag;
  return command === COMMAND.message && report[7] === tag;
}

/** @param cut is called once: when the message is about to go out, or when its answer, which is lost, comes */
function cutAt(
  simulation: Simulation,
  asked: Asked,
  at: 'question' | 'answer',
  cut: (end: () => void) => void,
): Transport {
  let hasCut = false;
  return {
    ...simulation,
    async open(device, handlers, options) {
      let isAsked = false;
      let isInParts = false;
      const end = (): void => {
        hasCut = true;
        cut(handlers.closed);
      };
      const connection = await simulation.open(
        device,
        {
          ...handlers,
          report(report) {
            if (hasCut || !isAsked || !isMessage(report, TAG.progress)) handlers.report(report);
            else end();
          },
        },
        options,
      );
      return {
        ...connection,
        async send(report) {
          const isIt = !hasCut && !isInParts && isMessage(report, TAG[asked]);
          if (report[4] === (COMMAND.part | 0x80)) isInParts = true;
          if (report[4] === (COMMAND.message | 0x80)) isInParts = false;
          if (isIt && at === 'question') return end();
          isAsked ||= isIt;
          return connection.send(report);
        },
      };
    },
  };
}

async function install(transport: Transport, simulation: Simulation): Promise<unknown> {
  const told: InstallProgress[] = [];
  const reader = await connect(transport, simulation);
  const result = await reader.firmware.install(newer, { onProgress: (progress) => told.push(progress) });
  expect(result).toMatchObject(INSTALLED);
  const written = told.map(({ bytes }) => bytes);
  expect(written).toEqual([...written].sort((a, b) => a - b));
  expect(told.length).toBeLessThanOrEqual(chunks + 8);
  await reader.close();
  return result;
}

const INSTALLED = { status: 'installed', running: { version: '0.2.0', slot: 'B' } };
const asked = ['status', 'begin', 'chunk', 'finish', 'reboot'] as const;

test.each(asked)('the cable is pulled when the answer to %s is on its way', async (message) => {
  await using simulation = await simulate();
  const transport = cutAt(simulation, message, 'answer', () => void simulation.restart());
  expect(await install(transport, simulation)).toMatchObject(INSTALLED);
});

test.each(asked)('the link is cut, and the reader keeps its power, before %s comes', async (message) => {
  await using simulation = await simulate();
  const transport = cutAt(simulation, message, 'question', (closed) => closed());
  expect(await install(transport, simulation)).toMatchObject(INSTALLED);
});

test.each(asked)(
  'the link is cut, and the reader keeps its power, when the answer to %s is on its way',
  async (message) => {
    await using simulation = await simulate();
    const transport = cutAt(simulation, message, 'answer', (closed) => closed());
    expect(await install(transport, simulation)).toMatchObject(INSTALLED);
  },
);
