/**
 * Kinds of the token service: AES-SIV and FF1 by themselves, and the tokens that are made of them.
 * Source: test-vectors/README.md; docs/reference/tokens.md.   Floor: simulator trials.
 */

import { formatIndexToken } from '@comptoir/acquirer';
import {
  createFf1,
  digitsOfPacked,
  type MerchantTokens,
  packDigits,
  tokensOfMerchant,
} from '@comptoir/acquirer/tokens';
import { latin1FromBytes, toHex } from '@comptoir/protocol';
import { aessiv, unsafe } from '@noble/ciphers/aes.js';
import { isObject } from '../vectorFiles.js';
import { hexField } from './hexField.js';

export function sivSeal(input: unknown): unknown {
  return { sealed: toHex(sivOf(input).encrypt(hexField(input, 'plain'))) };
}

export function sivOpen(input: unknown): unknown {
  try {
    return { ok: true, plain: toHex(sivOf(input).decrypt(hexField(input, 'sealed'))) };
  } catch {
    return { ok: false };
  }
}

/** @param isForward encrypts, else decrypts */
export function ff1Kind(isForward: boolean): (input: unknown) => unknown {
  return (input) => {
    const key = unsafe.expandKeyLE(hexField(input, 'key'));
    const digits = Uint8Array.from(textField(input, 'digits'), Number);
    let ff1: ReturnType<typeof createFf1>;
    try {
      ff1 = createFf1((block) => void unsafe.encryptBlock(key, block), hexField(input, 'tweak'), digits.length);
    } catch (fault) {
      if (fault instanceof RangeError) return { ok: false };
      throw fault;
    }
    if (isForward) ff1.encrypt(digits);
    else ff1.decrypt(digits);
    return { ok: true, digits: textOf(digits) };
  };
}

export function makeTokens(input: unknown): unknown {
  const tokens = tokensIn(input);
  const number = packDigits(Uint8Array.from(textField(input, 'pan'), Number));
  const expiry = hexField(input, 'expiry');
  const [index] = tokens.indexTokens(number);
  const sealed = tokens.seal(number, expiry.length === 0 ? undefined : expiry);
  return {
    index: index && formatIndexToken(index),
    sealed: sealed && toHex(sealed),
    digits: tokens.digits().make(number),
  };
}

export function openTokenOf(input: unknown): unknown {
  const opened = tokensIn(input).open(hexField(input, 'token'));
  if (!opened.ok) return { ok: false, fault: opened.fault };
  return { ok: true, pan: textOf(digitsOfPacked(opened.number) ?? new Uint8Array(0)) };
}

function sivOf(input: unknown): ReturnType<typeof aessiv> {
  const associated = isObject(input) ? input['associated'] : undefined;
  if (!Array.isArray(associated)) throw new Error('associated is no list');
  return aessiv(hexField(input, 'key'), ...associated.map((one) => hexField({ one }, 'one')));
}

function tokensIn(input: unknown): MerchantTokens {
  const version = isObject(input) ? input['version'] : undefined;
  if (typeof version !== 'number') throw new Error('version is no number');
  const root = { rootKey: hexField(input, 'rootKey'), region: textField(input, 'region') };
  return tokensOfMerchant(root, textField(input, 'merchant'), { current: version });
}

function textField(input: unknown, name: string): string {
  const text = isObject(input) ? input[name] : undefined;
  if (typeof text !== 'string') throw new Error(`${name} is no text`);
  return text;
}

function textOf(digits: Uint8Array): string {
  return latin1FromBytes(digits.map((digit) => digit + 0x30));
}
