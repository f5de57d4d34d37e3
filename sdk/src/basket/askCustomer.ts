/**
 * What the customer wants to pay with, asked in the middle of the tap.
 * Source: docs/reference/protocol.md, `choose`.   Floor: sdk basket.
 */
import { type Message, PROMPT } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import { type Choice, instrumentOf, presentedOf } from '../payment/read.js';
import { type PaymentKey, paymentIdOf, secretOf } from '../values/key.js';
import { KINDS } from '../values/kind.js';
import { LinkFault } from '../values/linkFault.js';
import { type BasketRequest, choiceFields } from './basketRequest.js';

const CHOSEN = '00';
const NOTHING = '05';

/** @throws LinkFault when the till gave no answer, or a wrong one: nothing was taken */
export async function askCustomer(
  operation: Operation,
  key: PaymentKey,
  { choose, redeemPoints }: Pick<BasketRequest, 'choose' | 'redeemPoints'>,
  question: Message<'choose'>,
): Promise<Message<'decide'>> {
  if (question.key !== paymentIdOf(key) || choose === undefined)
    throw new LinkFault('protocol/corrupt', 'The reader asked what was not to be asked.');
  operation.prompt(PROMPT.choose);
  const instruments = question.instruments.map(instrumentOf);
  let choice: Choice | undefined;
  let points = redeemPoints;
  const presented = presentedOf(instruments, KINDS, (chosen) => {
    choice = chosen;
  });
  await operation.outside(async () => {
    try {
      const chosen = await choose(instruments);
      if (chosen === undefined) return;
      const { ids, redeemPoints: asked = points } = 'ids' in chosen ? chosen : { ids: chosen };
      await presented.choose(...ids);
      points = asked;
    } catch (cause) {
      throw new LinkFault('usage/invalid', 'The choice of the till failed.', { cause });
    }
  });
  const word = { kind: 'decide', key: paymentIdOf(key), paymentSecret: secretOf(key) } as const;
  if (choice === undefined) return { ...word, responseCode: NOTHING };
  return { ...word, responseCode: CHOSEN, ...choiceFields(choice, points) };
}
