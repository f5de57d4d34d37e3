/** What a reader accepts because of who signed it, and everything that is nearly that. */

import {
  developmentRoleKey,
  isSignedByRole,
  readSignedObject,
  type SignedObjectDescription,
  signObject,
} from '@comptoir/factory';
import { concatBytes, latin1ToBytes, NO_BYTES, OBJECT_REFUSAL, SIGNED_OBJECT } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { openSignedHead, openSignedObject } from '../../src/commands/configuration/signedObject.js';
import { FakeBoard } from '../fakeBoard.js';

const CONTENT = latin1ToBytes('what is signed');
const board = new FakeBoard();
const { model, serial } = board.identity;
const key = developmentRoleKey('configuration');

function signed(more: Partial<SignedObjectDescription> = {}, by = key.privateKey): Uint8Array {
  return signObject({ kind: 'configuration', sequence: 7, ...more }, CONTENT, by);
}

/** 0: taken. */
function refusalOf(bytes: Uint8Array, above = 6, kind: number = SIGNED_OBJECT.configuration): number {
  const opened = openSignedObject(board, bytes, kind, above);
  if (opened.ok) expect(opened.content).toEqual(CONTENT);
  return opened.ok ? 0 : opened.refusal;
}

describe('a signed object', () => {
  test.each<[title: string, more: Partial<SignedObjectDescription>]>([
    ['for any reader', {}],
    ['for this model', { model }],
    ['for this reader', { model, serial }],
  ])('%s is taken', (_, more) => expect(refusalOf(signed(more))).toBe(0));

  test('of another kind, signed by whoever may, is taken as that kind alone', () => {
    const ticket = signed({ kind: 'keyLoad' }, developmentRoleKey('keyLoad').privateKey);
    expect(refusalOf(ticket, 6, SIGNED_OBJECT.keyLoad)).toBe(0);
    expect(refusalOf(ticket)).toBe(OBJECT_REFUSAL.otherKind);
  });

  test.each<[title: string, bytes: Uint8Array, refusal: keyof typeof OBJECT_REFUSAL]>([
    ['of another role', signed({}, developmentRoleKey('keyLoad').privateKey), 'badSignature'],
    ['for another model', signed({ model: 'Comptoir other' }), 'otherReader'],
    ['for another reader', signed({ serial: 'TEST0002' }), 'otherReader'],
    ['for a reader with a longer number', signed({ serial: `${serial}1` }), 'otherReader'],
    ['with the sequence of the last one', signed({ sequence: 6 }), 'notNewer'],
    ['with a lower one', signed({ sequence: 0 }), 'notNewer'],
    ['with more behind it', concatBytes(signed(), Uint8Array.of(0)), 'wrongLength'],
    ['that is nothing', NO_BYTES, 'malformed'],
  ])('%s is refused', (_, bytes, refusal) => expect(refusalOf(bytes)).toBe(OBJECT_REFUSAL[refusal]));

  test('is refused by a reader that knows nobody who may sign it', () => {
    const bare = { identity: board.identity, secure: board.secure, roleKey: () => NO_BYTES };
    const opened = openSignedObject(bare, signed(), SIGNED_OBJECT.configuration, 6);
    expect(opened).toEqual({ ok: false, refusal: OBJECT_REFUSAL.noKey });
  });

  test('is refused when it ends early, at each byte', () => {
    const whole = signed();
    for (let length = 0; length < whole.length; length += 1)
      expect(refusalOf(whole.subarray(0, length)), `${length} bytes`).not.toBe(0);
  });

  test('is refused with any bit of it changed', () => {
    const whole = signed();
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const changed = whole.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(refusalOf(changed), `bit ${bit}`).not.toBe(0);
    }
  });

  test('has a head that is taken alone, before the content comes', () => {
    const { length } = CONTENT;
    const whole = signed();
    const head = openSignedHead(board, whole.subarray(0, whole.length - length), SIGNED_OBJECT.configuration, 6);
    expect(head).toMatchObject({ ok: true, head: { objectSequence: 7, contentLength: length } });
  });

  test('is read by tools as the reader reads it', () => {
    const read = readSignedObject(signed({ serial }));
    if (!read.ok) throw new Error(read.fault);
    expect(read.object).toMatchObject({ content: CONTENT, head: { model: '*', serial, objectSequence: 7 } });
    expect(isSignedByRole(read.object, key.publicKey)).toBe(true);
    expect(isSignedByRole(read.object, developmentRoleKey('decommission').publicKey)).toBe(false);
    expect(readSignedObject(signed().subarray(0, -1))).toEqual({ ok: false, fault: 'wrongLength' });
  });
});
