/** The customer's choice in the middle of the tap, as a reader that lies would ask for it. */
import { type Message, OUTCOME, type TemplateContent } from '@comptoir/protocol';
import { type BasketRequest, keyFrom, type ReaderError } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { secretOf } from '../../src/values/key.js';
import { KEY } from '../sale.js';
import type { Step } from '../scriptedReader.js';
import { answering, BASKET, openBasketTill, QUESTION, REQUEST, tenders, VOID } from './basketSale.js';

const GIFT: TemplateContent<'instrument'> = {
  label: 'GIFT CARD',
  applicationIdentifier: Uint8Array.of(0xf0, 0x44),
  maskedNumber: '',
  usedInterface: 2,
  authenticationMethod: 'none',
  authenticationResult: 'none',
  tokenReason: 'not-read',
  profileKind: 3,
  reference: new Uint8Array(8).fill(7),
  balance: 2500,
  currencyCode: 'EUR',
};
const CARD: TemplateContent<'instrument'> = {
  ...GIFT,
  label: 'CB',
  profileKind: 1,
  reference: new Uint8Array(8).fill(9),
};
const choose = (instruments: Message<'choose'>['instruments'], key: string = KEY): Step =>
  answering('pay', { kind: 'choose', key, instruments });
const CANCEL: Step = { expect: 'CANCEL', act: (say) => say.frame(0x11, Uint8Array.of(0)) };
const pickAll: BasketRequest['choose'] = (instruments) => instruments.map(({ id }) => id);

test('the answer names what pays, and declines what was not picked', async () => {
  const other = { ...GIFT, reference: new Uint8Array(8).fill(8) };
  const { reader, script } = await openBasketTill([
    BASKET,
    choose([CARD, GIFT, other]),
    { ...QUESTION, expect: 'decide' },
    answering('complete', tenders()),
  ]);
  const sale = reader.pay({ ...REQUEST, choose: (instruments) => instruments.slice(0, 2).map(({ id }) => id) });
  const shown: unknown[] = [];
  for await (const event of sale) if (event.type === 'prompt') shown.push(event.show);
  expect(await sale).toMatchObject({ status: 'approved' });
  expect(shown).toEqual(['choose']);
  expect(script.messages[1]).toMatchObject({ kind: 'pay', asksChoice: 1 });
  expect(script.messages[2]).toEqual({
    kind: 'decide',
    key: KEY,
    paymentSecret: secretOf(KEY),
    responseCode: '00',
    chosenReference: CARD.reference,
    declinedReferences: other.reference,
  });
});

test('nothing of it: the reader hears no', async () => {
  const end = tenders({ ...VOID, outcome: OUTCOME.cancelled });
  const { reader, script, acquirer } = await openBasketTill([BASKET, choose([GIFT]), answering('decide', end)]);
  const result = await reader.pay({ ...REQUEST, choose: () => undefined });
  expect(result).toMatchObject({ status: 'cancelled', by: 'customer' });
  expect(script.messages.at(-1)).toEqual({
    kind: 'decide',
    key: KEY,
    paymentSecret: secretOf(KEY),
    responseCode: '05',
  });
  expect(acquirer.asked).toEqual(['nonce', 'settle void']);
});

test.each<[string, Step, BasketRequest['choose']]>([
  ['asked for though it was not to be', choose([GIFT]), undefined],
  ['of another sale', choose([GIFT], keyFrom('other-1')), pickAll],
  ['of a kind that is none', choose([{ ...GIFT, profileKind: 9 }]), pickAll],
])('a choice %s: an error, and nothing was charged', async (_, question, given) => {
  const { reader, acquirer, script } = await openBasketTill([BASKET, question, CANCEL]);
  const request = given === undefined ? REQUEST : { ...REQUEST, choose: given };
  const failed = await Promise.resolve(reader.pay(request)).catch((error: ReaderError) => error);
  expect(failed).toMatchObject({ code: 'protocol/corrupt', charged: 'no' });
  expect(acquirer.asked).toEqual(['nonce']);
  script.assertDrained();
});

test('a choice that is no function is a wrong call', async () => {
  const { reader } = await openBasketTill([]);
  const failed = await Promise.resolve(reader.pay({ ...REQUEST, choose: 7 } as never)).catch((e: ReaderError) => e);
  expect(failed).toMatchObject({ code: 'usage/invalid' });
});
