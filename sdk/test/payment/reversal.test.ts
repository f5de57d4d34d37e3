/** A card that has the last word: what it takes away is reversed, and the till hears one thing. */
import { COMMAND, OUTCOME } from '@comptoir/protocol';
import type { SaleEnd } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { AMOUNT, AUTHORISE, COMPLETE, complete, createHost, KEY, openTill, PAY, result } from '../sale.js';
import type { Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
/** Later than whatever the SDK waits for. */
const DEADLINE_MS = 600_000;
const REFUSED = result(OUTCOME.declined, { reason: 'DECLINED_BY_CARD', reversalDue: 1 }, { responseCode: '00' });
const SILENT = result(OUTCOME.declined, { reason: 'HOST_SILENT', reversalDue: 1 });
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

function hostThat(reverse?: () => Promise<void>, authorise?: () => Promise<Uint8Array>) {
  const host = createHost(authorise === undefined ? {} : { authorise });
  if (reverse === undefined) return host;
  return {
    ...host,
    settle: async (key: string, _: unknown, end: SaleEnd) => {
      host.asked.push(`settle ${key} ${end}`);
      await reverse();
      return { end };
    },
  };
}

test('the card says no to an approval: the host is told, and the sale is declined', async () => {
  const { reader, host } = await openTill(
    { steps: [CONTACT, NO] },
    hostThat(async () => {}),
  );
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', code: 'card-declined', reversal: 'done' });
  expect(host.asked).toEqual([`authorise ${KEY}`, `settle ${KEY} void`]);
});

test.each([
  ['can not be told', async () => Promise.reject(new Error('down'))],
  ['has no way to be told', undefined],
])('a host that %s: the reversal is due, and the same till may look up again', async (_, reverse) => {
  const { reader } = await openTill({ steps: [CONTACT, NO, LOOKUP] }, hostThat(reverse));
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', reversal: 'due', recovery: { do: 'lookup' } });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', code: 'host-silent', reversal: 'due' });
});

test('a host that never answers the reversal: at the deadline the till hears what to do, and lookup does it', async () => {
  let isDown = true;
  const host = hostThat(() => (isDown ? new Promise(() => {}) : Promise.resolve()));
  const { reader, clock } = await openTill({ steps: [CONTACT, NO, LOOKUP] }, host);
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
  expect(host.asked).toEqual([`authorise ${KEY}`, `settle ${KEY} void`, `settle ${KEY} void`]);
});

test('lookup has it reversed when it was due', async () => {
  const { reader, host } = await openTill(
    { steps: [LOOKUP] },
    hostThat(async () => {}),
  );
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', reversal: 'done' });
  expect(host.asked).toEqual([`settle ${KEY} void`]);
});

test('the acquirer can not be asked: the reader lets the card go, and the sale is declined', async () => {
  const host = hostThat(
    async () => {},
    () => Promise.reject(new Error('down')),
  );
  const { reader, script } = await openTill({ steps: [CONTACT, STOPPED] }, host);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', code: 'host-silent', reversal: 'done' });
  script.assertDrained();
  expect(reader.state).toBe('ready');
});

test('the clerk cancels while the acquirer is asked: what it may have approved is reversed all the same', async () => {
  const clerk = new AbortController();
  const host = hostThat(
    async () => {},
    () => {
      clerk.abort();
      return new Promise(() => {});
    },
  );
  const { reader, script } = await openTill({ steps: [CONTACT, STOPPED] }, host);
  expect(await reader.pay(REQUEST, { signal: clerk.signal })).toMatchObject({ status: 'declined', reversal: 'done' });
  expect(host.asked).toEqual([`authorise ${KEY}`, `settle ${KEY} void`]);
  script.assertDrained();
});

test('a contactless card is gone by then: nothing changes for it', async () => {
  const host = hostThat(
    async () => {},
    () => Promise.reject(new Error('down')),
  );
  const { reader } = await openTill({ steps: [PAY] }, host);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown', charged: 'maybe' });
  expect(host.asked).not.toContain(`settle ${KEY} void`);
});

test('an answer for an earlier tap lets the card go', async () => {
  const host = hostThat(undefined, async () => complete('00', KEY, { transactionToken: new Uint8Array(16) }));
  const { reader, script } = await openTill({ steps: [CONTACT, STOPPED] }, host);
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
