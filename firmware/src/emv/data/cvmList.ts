/**
 * Cardholder Verification Method list (tag 8E): two amounts, then rules of two bytes.
 * Source: EMV 4.4 Book 3 §10.5, Annex C3.   Floor: emv.
 */
import { unsignedFromBytes } from '@comptoir/protocol';

export interface CvmRule {
  /** Bits 1 to 6 the method, bit 7: when it isn't successful, the next rule follows. */
  readonly method: number;
  readonly condition: number;
}

export interface CvmList {
  /** Minor units of the application's currency. */
  readonly amountX: number;
  readonly amountY: number;
  readonly rules: readonly CvmRule[];
}

const AMOUNT_BYTES = 4;
const RULES_AT: number = 2 * AMOUNT_BYTES;
const RULE_BYTES = 2;

/** @param list untrusted card data @returns undefined when it's no list, or has no rule */
export function parseCvmList(list: Uint8Array): CvmList | undefined {
  if (list.length < RULES_AT + RULE_BYTES || list.length % RULE_BYTES !== 0) return undefined;
  const rules: CvmRule[] = [];
  for (let at = RULES_AT; at < list.length; at += RULE_BYTES)
    rules.push({ method: list[at] as number, condition: list[at + 1] as number });
  return {
    amountX: unsignedFromBytes(list.subarray(0, AMOUNT_BYTES)),
    amountY: unsignedFromBytes(list.subarray(AMOUNT_BYTES, RULES_AT)),
    rules,
  };
}
