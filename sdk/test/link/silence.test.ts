import { COMMAND, encodeFrame } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { exchangeFrame } from '../../src/link/exchange.js';
import { openLink } from '../../src/link/link.js';
import type { ReportHandlers } from '../../src/link/transport.js';
import { createManualClock, START_MS } from '../manualClock.js';

const CHANNEL = 7;
const PAYLOAD: Uint8Array = new Uint8Array(100).fill(5);

async function asked(silenceMs?: number) {
  const clock = createManualClock();
  let handlers: ReportHandlers | undefined;
  const link = await openLink(
    async (given) => {
      handlers = given;
      return { send: async () => {}, close: async () => {}, ...(silenceMs !== undefined && { silenceMs }) };
    },
    () => {},
  );
  link.use(CHANNEL);
  let ended: unknown;
  const bounds = { deadlineMs: START_MS + 60_000 };
  exchangeFrame(link, clock, COMMAND.ping, bounds).then(
    (payload) => {
      ended = payload;
    },
    (fault: unknown) => {
      ended = fault;
    },
  );
  const reports = encodeFrame({ channel: CHANNEL, command: COMMAND.ping, payload: PAYLOAD });
  return { clock, ended: () => ended, hear: (at: number) => handlers?.report(reports[at] ?? new Uint8Array()) };
}

test.each([
  ['a cable', undefined, 1000],
  ['a line that says that it may hold reports back', 5000, 5000],
])('a reader that says nothing on %s is given up in its time', async (_, silenceMs, ms) => {
  const { clock, ended } = await asked(silenceMs);
  await clock.advance(ms - 1);
  expect(ended()).toBeUndefined();
  await clock.advance(1);
  expect(ended()).toMatchObject({ code: 'link/lost' });
});

test('the rest of an answer may come late: only silence ends it', async () => {
  const { clock, ended, hear } = await asked();
  hear(0);
  await clock.advance(900);
  hear(1);
  await clock.advance(0);
  expect(ended()).toEqual(PAYLOAD);
});
