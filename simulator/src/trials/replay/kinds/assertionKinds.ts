/**
 * Kinds of DCA-1: the keys of a card, and whether the card made an assertion.
 * Source: test-vectors/README.md.   Floor: simulator trials.
 */

import { deriveAccountKeys, type KeySet } from '@comptoir/issuer';
import { type AssertionKind, keysOfCard, proveCard, readAssertion } from '@comptoir/issuer/authorisers';
import { toHex, unsignedFromBytes } from '@comptoir/protocol';
import { isObject } from '../vectorFiles.js';
import { hexField } from './hexField.js';

export function assertionKeys(input: unknown): unknown {
  const keySet = keySetOf(input, 1);
  const serial = hexField(input, 'serial');
  const { cardReference, cardKey: given } = deriveAccountKeys(keySet, hexField(input, 'account'), serial);
  const counter = unsignedFromBytes(hexField(input, 'counter'));
  const { cardKey, sessionKey } = keysOfCard(keySet, kindOf(input), serial, counter);
  if (toHex(given) !== toHex(cardKey)) throw new Error('the card is given another key than its authoriser derives');
  return { cardReference: toHex(cardReference), cardKey: toHex(cardKey), sessionKey: toHex(sessionKey) };
}

export function verifyAssertion(input: unknown): unknown {
  const number = isObject(input) ? input['keySet'] : undefined;
  if (typeof number !== 'number') throw new Error('keySet is no number');
  const kind = kindOf(input);
  const assertion = readAssertion(hexField(input, 'assertion'), kind);
  if (assertion === undefined) return { ok: false, fault: 'MALFORMED' };
  const live = new Map([[number, keySetOf(input, number)]]);
  const range = { first: accountField(input, 'firstAccount'), last: accountField(input, 'lastAccount') };
  const proven = proveCard(live, [range], kind, assertion);
  if (!proven.ok) return { ok: false, fault: proven.reason };
  const { identity } = proven.card;
  const { covered, amount, currency, counter } = assertion;
  return {
    ok: true,
    covered: toHex(covered),
    amount,
    currency,
    counter,
    account: toHex(identity.subarray(0, 8)),
    serial: toHex(identity.subarray(8)),
  };
}

function keySetOf(input: unknown, number: number): KeySet {
  const issuerMasterKey = hexField(input, 'issuerMasterKey');
  return { number, issuerMasterKey, referenceKey: hexField(input, 'referenceKey') };
}

function accountField(input: unknown, name: string): bigint {
  return BigInt(`0x${toHex(hexField(input, name))}`);
}

function kindOf(input: unknown): AssertionKind {
  const kind = isObject(input) ? input['kind'] : undefined;
  if (kind !== 'account' && kind !== 'debit') throw new Error('kind is neither account nor debit');
  return kind;
}
