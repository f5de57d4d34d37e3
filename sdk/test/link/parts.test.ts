import { COMMAND, concatBytes, encodeFrame, encodeMessage, unsignedToBytes } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { AMOUNT, APPROVED, AUTHORISE, complete, createAcquirer, KEY, openTill } from '../sale.js';
import { CHANNEL, type Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };

/** The same message, made `length` bytes long by a field that nobody knows. */
function stretched(message: Uint8Array, length: number): Uint8Array {
  const headerBytes = message[1] === 0x82 ? 4 : 2;
  const body = message.subarray(headerBytes);
  const filler = length - 4 - body.length - 5;
  const unknown = concatBytes(Uint8Array.of(0xdf, 0x7e, 0x82), unsignedToBytes(filler, 2), new Uint8Array(filler));
  return concatBytes(message.subarray(0, 1), Uint8Array.of(0x82), unsignedToBytes(length - 4, 2), body, unknown);
}

test.each([1886, 1887, 3771, 3772, 4096])('a message of %i bytes goes to the reader in parts', async (length) => {
  const acquirer = createAcquirer({ authorise: async () => stretched(complete('00'), length) });
  const steps: Step[] = [
    { expect: 'pay', act: (say) => say.answer(AUTHORISE) },
    { expect: 'complete', act: (say) => say.answer(APPROVED) },
  ];
  const { reader, script } = await openTill({ steps }, acquirer);
  expect((await reader.pay(REQUEST)).status).toBe('approved');
  script.assertDrained();
});

test('a long message comes from the reader in parts, and reaches the acquirer as it came', async () => {
  let seen = 0;
  const acquirer = createAcquirer({
    authorise: async (request) => {
      seen = request.length;
      return complete('00');
    },
  });
  const long = stretched(
    encodeMessage({ ...AUTHORISE, emvData: new Uint8Array(1024), envelope: new Uint8Array(640) }),
    4000,
  );
  const steps: Step[] = [
    { expect: 'pay', act: (say) => say.answer(long) },
    { expect: 'complete', act: (say) => say.answer(APPROVED) },
  ];
  const { reader } = await openTill({ steps }, acquirer);
  expect((await reader.pay(REQUEST)).status).toBe('approved');
  expect(seen).toBe(4000);
});

test.each<readonly [string, Step]>([
  ['a part that is out of order', { expect: 'pay', act: (say) => say.frame(COMMAND.part, Uint8Array.of(1, 2, 3)) }],
  [
    'parts without end',
    {
      expect: 'pay',
      act(say) {
        for (const index of [0, 1, 2, 3]) say.frame(COMMAND.part, new Uint8Array(1886).fill(index));
      },
    },
  ],
  ['a TAKEN that nobody waits for', { expect: 'pay', act: (say) => say.frame(COMMAND.taken, Uint8Array.of(0)) }],
  [
    'a frame whose report is missing',
    {
      expect: 'pay',
      act(say) {
        const [first, , third] = encodeFrame({
          channel: CHANNEL,
          command: COMMAND.message,
          payload: new Uint8Array(170),
        });
        for (const report of [first, third]) if (report !== undefined) say.report(report);
      },
    },
  ],
  ['a command that is no answer', { expect: 'pay', act: (say) => say.frame(COMMAND.wink) }],
])('the reader sends %s: refused, nothing charged, and the channel is set straight', async (_, step) => {
  const steps: Step[] = [step, { expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) }];
  const { reader, script } = await openTill({ steps });
  await expect(reader.pay(REQUEST)).rejects.toMatchObject({ code: 'protocol/corrupt', charged: 'no' });
  expect(await reader.lookup(KEY)).toEqual({ status: 'never-seen' });
  expect(script.heard).toEqual(['INIT', 'pay', 'INIT', 'lookup']);
});
