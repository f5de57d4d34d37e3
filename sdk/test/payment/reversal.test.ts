/** A card that has the last word: what it takes away is reversed, and the till hears one thing. */
import { COMMAND, OUTCOME } from '@comptoir/protocol';
import type { SaleEnd } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { AMOUNT, AUTHORISE, COMPLETE, complete, createAcquirer, KEY, openTill, PAY, result } from '../sale.js';
import type { Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
/** Later than whatever the SDK waits for. */
const DEADLINE_MS = 600_000;
const REFUSED = result(OUTCOME.declined, { reason: 'DECLINED_BY_CARD', reversalDue: 1 }, { responseCode: '00' });
const SILENT = result(OUTCOME.declined, { reason: 'ACQUIRER_SILENT', reversalDue: 1 });
const CONTACT: Step = { expect: 'pay', act: (say) => say.answer({ ...AUTHORISE, usedInterface: 1 }) };
const NO: Step = { expect: 'complete', act: (say) => say.answer(REFUSED) };
const LOOKUP: Step = { expect: 'lookup', act: (say) => say.answer(SILENT) };
/** The reader's last word, and CANCEL's own answer. */
const STOPPED: Step = {
  expect: 'CANCEL',
  act(say) {
    say.answer(SILENT);
    say.frame(COMMAND.cancel, Uint8Array.of(1));
  },
};

function acquirerThat(reverse?: () => Promise<void>, authorise?: () => Promise<Uint8Array>) {
  const acquirer = createAcquirer(authorise === undefined ? {} : { authorise });
  if (reverse === undefined) return acquirer;
  return {
    ...acquirer,
    settle: async (key: string, _: unknown, end: SaleEnd) => {
      acquirer.asked.push(`settle ${key} ${end}`);
      await reverse();
      return { end };
    },
  };
}

test('the card says no to an approval: the acquirer is told, and the sale is declined', async () => {
  const { reader, acquirer } = await openTill(
    { steps: [CONTACT, NO] },
    acquirerThat(async () => {}),
  );
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', code: 'card-declined', reversal: 'done' });
  expect(acquirer.asked).toEqual([`authorise ${KEY}`, `settle ${KEY} void`]);
});

test.each([
  ['can not be told', async () => Promise.reject(new Error('down'))],
  ['has no way to be told', undefined],
])('an acquirer that %s: the reversal is due, and the same till may look up again', async (_, reverse) => {
  const { reader } = await openTill({ steps: [CONTACT, NO, LOOKUP] }, acquirerThat(reverse));
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', reversal: 'due', recovery: { do: 'lookup' } });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', code: 'acquirer-silent', reversal: 'due' });
});

test('an acquirer that never answers the reversal: at the deadline the till hears what to do, and lookup does it', async () => {
  let isDown = true;
  const acquirer = acquirerThat(() => (isDown ? new Promise(() => {}) : Promise.resolve()));
  const { reader, clock } = await openTill({ steps: [CONTACT, NO, LOOKUP] }, acquirer);
  const paying = reader.pay(REQUEST);
  await clock.advance(DEADLINE_MS);
  expect(await paying).toMatchObject({
    status: 'declined',
    code: 'card-declined',
    reversal: 'due',
    recovery: { do: 'lookup', message: expect.stringContaining('ask for the result of this key') },
  });
  expect(reader.state).toBe('ready');
  isDown = false;
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', reversal: 'done' });
  expect(acquirer.asked).toEqual([`authorise ${KEY}`, `settle ${KEY} void`, `settle ${KEY} void`]);
});

test('lookup has it reversed when it was due', async () => {
  const { reader, acquirer } = await openTill(
    { steps: [LOOKUP] },
    acquirerThat(async () => {}),
  );
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', reversal: 'done' });
  expect(acquirer.asked).toEqual([`settle ${KEY} void`]);
});

test('the acquirer can not be asked: the reader lets the card go, and the sale is declined', async () => {
  const acquirer = acquirerThat(
    async () => {},
    () => Promise.reject(new Error('down')),
  );
  const { reader, script } = await openTill({ steps: [CONTACT, STOPPED] }, acquirer);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', code: 'acquirer-silent', reversal: 'done' });
  script.assertDrained();
  expect(reader.state).toBe('ready');
});

test('the clerk cancels while the acquirer is asked: what it may have approved is reversed all the same', async () => {
  const clerk = new AbortController();
  const acquirer = acquirerThat(
    async () => {},
    () => {
      clerk.abort();
      return new Promise(() => {});
    },
  );
  const { reader, script } = await openTill({ steps: [CONTACT, STOPPED] }, acquirer);
  expect(await reader.pay(REQUEST, { signal: clerk.signal })).toMatchObject({ status: 'declined', reversal: 'done' });
  expect(acquirer.asked).toEqual([`authorise ${KEY}`, `settle ${KEY} void`]);
  script.assertDrained();
});

test('a contactless card is gone by then: nothing changes for it', async () => {
  const acquirer = acquirerThat(
    async () => {},
    () => Promise.reject(new Error('down')),
  );
  const { reader } = await openTill({ steps: [PAY] }, acquirer);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown', charged: 'maybe' });
  expect(acquirer.asked).not.toContain(`settle ${KEY} void`);
});

test('an answer for an earlier tap lets the card go', async () => {
  const acquirer = acquirerThat(undefined, async () => complete('00', KEY, { transactionToken: new Uint8Array(16) }));
  const { reader, script } = await openTill({ steps: [CONTACT, STOPPED] }, acquirer);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown', charged: 'yes' });
  script.assertDrained();
});

const CONFIRM: Step = {
  expect: 'pay',
  act: (say) =>
    say.answer({
      kind: 'confirm',
      key: KEY,
      label: 'CB',
      applicationIdentifier: Uint8Array.of(0xa0, 0, 0, 0, 0x42, 0x10, 0x10),
      languagePreference: 'fren',
    }),
};
const CONFIRMED: Step = { expect: 'decide', act: (say) => say.answer(AUTHORISE) };

test('a card that wants to be confirmed', async () => {
  const { reader, script } = await openTill({ steps: [CONFIRM, CONFIRMED, COMPLETE] });
  const asked: unknown[] = [];
  const paid = await reader.pay({
    ...REQUEST,
    confirm: async (application) => {
      asked.push(application);
      return true;
    },
  });
  expect(paid).toMatchObject({ status: 'approved' });
  expect(asked).toEqual([{ label: 'CB', aid: 'A0000000421010', languages: ['fr', 'en'] }]);
  expect(script.messages[1]).toMatchObject({ key: KEY, responseCode: '00' });
});

test('without anybody to ask, the answer is no', async () => {
  const refused: Step = { expect: 'decide', act: (say) => say.answer(result(OUTCOME.notAccepted)) };
  const { reader, script } = await openTill({ steps: [CONFIRM, refused] });
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', code: 'not-accepted' });
  expect(script.messages[1]).toMatchObject({ responseCode: '05' });
});

test('asking fails: nothing was charged, and the reader is let go', async () => {
  const { reader, script } = await openTill({ steps: [CONFIRM, STOPPED] });
  const failed = reader.pay({ ...REQUEST, confirm: () => Promise.reject(new Error('no screen')) });
  await expect(failed).rejects.toMatchObject({ charged: 'no' });
  script.assertDrained();
});
