import { OUTCOME, PROMPT, type TemplateContent } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { openTill } from '../sale.js';
import type { Step } from '../scriptedReader.js';

const INSTRUMENT: TemplateContent<'instrument'> = {
  label: 'CB',
  applicationIdentifier: Uint8Array.of(0xa0, 0, 0, 0, 0x42, 0x10, 0x10),
  maskedNumber: '497010******1234',
  usedInterface: 1,
  authenticationMethod: 'none',
  authenticationResult: 'none',
  tokenReason: 'not-authenticated',
};

function presented(outcome: number, instruments: readonly TemplateContent<'instrument'>[] = []): Step {
  return {
    expect: 'read',
    act(say) {
      say.prompt(PROMPT.presentCard);
      say.answer({ kind: 'presented', outcome, instruments });
    },
  };
}

test('read shows what the tap showed', async () => {
  const { reader, script } = await openTill({ steps: [presented(OUTCOME.read, [INSTRUMENT])] });
  const { instruments } = await reader.read({ accept: ['bank'], interfaces: 'contact' });
  expect(instruments).toEqual([
    {
      id: 'A0000000421010#0',
      kind: 'bank',
      label: 'CB',
      last4: '1234',
      masked: '497010******1234',
      token: null,
      tokenReason: 'not-authenticated',
      authentication: { method: 'none', result: 'none' },
    },
  ]);
  expect(script.messages[0]).toMatchObject({ interfaces: 1, timeoutMs: 30_000 });
});

test.each([
  [OUTCOME.noCard, 'timeout', 'retry-same-key'],
  [OUTCOME.cancelled, 'aborted', 'retry-same-key'],
  [OUTCOME.cardRemoved, 'card/torn', 'retry-same-key'],
  [OUTCOME.severalCards, 'card/multiple', 'retry-same-key'],
  [OUTCOME.cardError, 'card/unreadable', 'ask-other-card'],
  [OUTCOME.notAccepted, 'card/unreadable', 'ask-other-card'],
  [OUTCOME.cardBlocked, 'card/unreadable', 'ask-other-card'],
  [OUTCOME.tryAnotherInterface, 'card/unreadable', 'insert-instead'],
  [77, 'protocol/corrupt', 'reconnect'],
])('read: the outcome %i is the error %s', async (outcome, code, recovery) => {
  const { reader } = await openTill({ steps: [presented(outcome)] });
  await expect(reader.read({ accept: ['bank'] })).rejects.toMatchObject({
    code,
    charged: 'no',
    recovery: { do: recovery },
  });
});

test('a token that is missing without a reason is named so', async () => {
  const { tokenReason: _, ...silent } = INSTRUMENT;
  const { reader } = await openTill({ steps: [presented(OUTCOME.read, [silent])] });
  expect((await reader.read({ accept: ['bank'] })).instruments).toMatchObject([
    { token: null, tokenReason: 'not-given' },
  ]);
});

test('read: the reason of a card that can not be read is told, and kept', async () => {
  const refused: Step = {
    expect: 'read',
    act: (say) => say.answer({ kind: 'presented', outcome: OUTCOME.notAccepted, reason: 'PPSE_NOT_FOUND' }),
  };
  const { reader } = await openTill({ steps: [refused] });
  await expect(reader.read({ accept: ['bank'] })).rejects.toMatchObject({
    code: 'card/unreadable',
    message: 'The card could not be read. The card holds nothing that is accepted here.',
    cause: { message: 'PPSE_NOT_FOUND' },
  });
});

test.each([[[]], [['cash']], ['bank'], [undefined]])('read refuses to look for %j', async (accept) => {
  const { reader } = await openTill({});
  await expect(reader.read({ accept } as never)).rejects.toMatchObject({ code: 'usage/invalid' });
});
