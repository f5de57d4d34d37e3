/**
 * What a profile says to its own authoriser: an account about a payment (DCA-1), a gift card, coupon or points about a debit.
 * The reader checks lengths and forwards; only the authoriser can tell more.
 * Source: docs/reference/wallet-applet.md, DCA-1 and 80 D4.   Floor: commands.
 */
import {
  CARD_TLV_LIMITS,
  concatBytes,
  dataObject,
  decodeTlv,
  encodeTlv,
  findObject,
  NO_BYTES,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_9A_TRANSACTION_DATE,
  TAG_9F1C_TERMINAL_IDENTIFICATION,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_77_RESPONSE_FORMAT_2,
} from '@comptoir/protocol';
import * as tags from '@comptoir/protocol/wallet';
import { TAG_C0_PROFILE_IDENTIFIER, WALLET_AID } from '@comptoir/protocol/wallet';
import { CRYPTOGRAM, DEBIT, generateAc, redeem, selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import type { TransactionContext } from '../../emv/transaction.js';

export interface Assertion {
  /** Tag 9F36. */
  readonly counter: Uint8Array;
  /** Tag 9F26. */
  readonly cryptogram: Uint8Array;
  /** The objects 9F36, DF63, DF61, DF62 and 9F26. */
  readonly objects: Uint8Array;
}

const SCOPE_BYTES = 8;
const SAID: readonly (readonly [tag: number, length: number])[] = [
  [TAG_9F36_APPLICATION_TRANSACTION_COUNTER, 2],
  [tags.TAG_DF63_CARD_REFERENCE, 16],
  [tags.TAG_DF61_KEY_SET, 1],
  [tags.TAG_DF62_CARD_FLAGS, 1],
  [TAG_9F26_APPLICATION_CRYPTOGRAM, 8],
];

/** The objects that the cryptogram is about, in its order. @param nonce DF60, 8 bytes */
export function orderObjects(terminal: TransactionContext['terminal'], nonce: Uint8Array): Uint8Array {
  const of = (tag: number): Uint8Array => terminal.get(tag) ?? NO_BYTES;
  const scope = new Uint8Array(SCOPE_BYTES).fill(0x20);
  scope.set(of(TAG_9F1C_TERMINAL_IDENTIFICATION).subarray(0, SCOPE_BYTES));
  return encodeTlv(
    dataObject(TAG_9F02_AMOUNT_AUTHORISED, of(TAG_9F02_AMOUNT_AUTHORISED)),
    dataObject(TAG_5F2A_TRANSACTION_CURRENCY_CODE, of(TAG_5F2A_TRANSACTION_CURRENCY_CODE)),
    dataObject(TAG_9A_TRANSACTION_DATE, of(TAG_9A_TRANSACTION_DATE)),
    dataObject(TAG_9F1C_TERMINAL_IDENTIFICATION, scope),
    dataObject(tags.TAG_DF60_NONCE, nonce),
  );
}

/** The wallet is selected. @param order of `orderObjects` @returns undefined when the card refuses */
export function* prepareDebit(order: Uint8Array, planId: Uint8Array, id: Uint8Array): Kernel<Assertion | undefined> {
  const data = concatBytes(
    order,
    encodeTlv(dataObject(tags.TAG_DF77_SALE_KEY, planId), dataObject(TAG_C0_PROFILE_IDENTIFIER, id)),
  );
  const answer = yield* exchange(redeem(DEBIT.prepare, data));
  return answer.sw === SW.success ? readAssertion(answer.data) : undefined;
}

/** The account's application is selected. @param order of `orderObjects` */
export function* assertAccount(order: Uint8Array): Kernel<Assertion | undefined> {
  const answer = yield* exchange(generateAc(CRYPTOGRAM.arqc, false, order));
  return answer.sw === SW.success ? readAssertion(answer.data) : undefined;
}

/** Ends a sale on the card. @param phase DEBIT.commit or DEBIT.cancel @returns true when the card knows it now */
export function* endDebits(phase: number, planId: Uint8Array): Kernel<boolean> {
  const answer = yield* exchange(redeem(phase, encodeTlv(dataObject(tags.TAG_DF77_SALE_KEY, planId))));
  // Nothing of it is there: it's cancelled.
  const isNothing = phase === DEBIT.cancel && answer.sw === SW.referencedDataNotFound;
  return answer.sw === SW.success || isNothing;
}

/** The reader stays known to the card, whatever was selected in between. */
export function* selectWallet(): Kernel<boolean> {
  return (yield* exchange(selectByName(WALLET_AID))).sw === SW.success;
}

function readAssertion(data: Uint8Array): Assertion | undefined {
  const tlv = decodeTlv(data, CARD_TLV_LIMITS);
  const [response, ...others] = tlv.ok ? tlv.objects : [];
  if (response?.tag !== TAG_77_RESPONSE_FORMAT_2 || others.length > 0) return undefined;
  const values = SAID.map(([tag, length]) => {
    const value = findObject(response.children ?? [], tag)?.value;
    return value?.length === length ? dataObject(tag, value) : undefined;
  });
  const said = values.flatMap((object) => (object === undefined ? [] : [object]));
  const [counter, , , , cryptogram] = said;
  if (said.length !== SAID.length || counter === undefined || cryptogram === undefined) return undefined;
  return { counter: counter.value.slice(), cryptogram: cryptogram.value.slice(), objects: encodeTlv(...said) };
}
