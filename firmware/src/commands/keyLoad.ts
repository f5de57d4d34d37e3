/**
 * Keys that a key server sends: a signed ticket for this reader alone, with key blocks under a key that only this reader can agree on.
 *
 *   32  the key server's X25519 public key, made for this ticket
 *   …   key blocks, ANSI X9.143 version D, one after the other: K1 protects those behind it, B1 is an initial DUKPT key, M7 the merchant's key of
 *       index tokens
 *
 *   protection key = HKDF-SHA-256(X25519 secret, salt: SHA-256("comptoir key load" 00 | SHA-256 of the role's public key | serial))
 *
 * Source: docs/reference/keys.md, docs/decisions/0045-one-load-for-each-ticket.md.   Floor: commands.
 */
import {
  ANY_READER,
  concatBytes,
  equalBytes,
  fromHex,
  latin1FromBytes,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  OBJECT_REFUSAL,
  SIGNED_OBJECT,
  STATUS,
  unsignedToBytes,
} from '@comptoir/protocol';
import { type Board, KEY, KEY_SET, type KeyHandle } from '../board/board.js';
import { keepSequence, sequenceOf } from './configuration/sequences.js';
import { openSignedObject } from './configuration/signedObject.js';
import type { CommandResult } from './shared/command.js';
import { refuse } from './shared/command.js';
import type { ReaderState } from './shared/readerState.js';

const PUBLIC_KEY_BYTES = 32;
const LABEL: Uint8Array = latin1ToBytes('comptoir key load\0');
const HEADER_CHARACTERS = 16;
/** Identifier and length of an optional block. */
const INITIAL_KEY_ID = 'IK14';
const INITIAL_KEY_ID_CHARACTERS = 16;
const VERSION_MAX = 31;

interface LoadedKey {
  readonly usage: string;
  readonly handle: KeyHandle;
  readonly checkValue: Uint8Array;
  /** B1: initial key identifier. M7: version, 1 byte. */
  readonly identifier: Uint8Array;
}

export function keyStatus(reader: ReaderState): Message<'keyReport'> {
  return report(reader, 0, NO_BYTES);
}

/** An open payment ends under the keys that it began with. */
export function keyLoad(reader: ReaderState, { keyObject }: Message<'keyLoad'>): CommandResult {
  if (reader.results.hasOpen) return refuse(STATUS.paymentsUndecided);
  const { board } = reader;
  const kind = SIGNED_OBJECT.keyLoad;
  const opened = openSignedObject(board, keyObject, kind, sequenceOf(board, kind));
  if (!opened.ok) return report(reader, opened.refusal, NO_BYTES);
  if (opened.head.serial === ANY_READER) return report(reader, OBJECT_REFUSAL.otherReader, NO_BYTES);
  const protection = agreedKey(board, opened.content.subarray(0, PUBLIC_KEY_BYTES));
  if (protection === 0) return report(reader, OBJECT_REFUSAL.keyRefused, NO_BYTES);
  const keys = importBlocks(board, protection, opened.content.subarray(PUBLIC_KEY_BYTES));
  const refusal =
    keys === undefined
      ? OBJECT_REFUSAL.keyRefused
      : take(reader, keys, () => keepSequence(board, kind, opened.head.objectSequence));
  const checkValues = (keys ?? []).map(({ usage, checkValue }) => concatBytes(latin1ToBytes(usage), checkValue));
  return report(reader, refusal, refusal === 0 ? concatBytes(...checkValues) : NO_BYTES);
}

/** Whoever may end a reader's service says so. */
export function decommission(reader: ReaderState, { keyObject }: Message<'decommission'>): CommandResult {
  if (reader.results.hasOpen) return refuse(STATUS.paymentsUndecided);
  const { board } = reader;
  const kind = SIGNED_OBJECT.decommission;
  const opened = openSignedObject(board, keyObject, kind, sequenceOf(board, kind));
  if (!opened.ok) return report(reader, opened.refusal, NO_BYTES);
  if (opened.head.serial === ANY_READER) return report(reader, OBJECT_REFUSAL.otherReader, NO_BYTES);
  if (!keepSequence(board, kind, opened.head.objectSequence))
    return report(reader, OBJECT_REFUSAL.flashFailed, NO_BYTES);
  return report(reader, 0, NO_BYTES);
}

/** From the moment when its word is kept; the keys go once the host has heard it, or at the next start. */
export function isDecommissioned(board: Board): boolean {
  return sequenceOf(board, SIGNED_OBJECT.decommission) >= 0;
}

/** The ticket is used up before its keys are stored: no cut of the power lets it be used again. */
function take(reader: ReaderState, keys: readonly LoadedKey[], useUp: () => boolean): number {
  const { board, dukpt } = reader;
  const isThere = ({ usage, identifier }: LoadedKey): boolean =>
    usage === 'B1' && equalBytes(identifier, dukpt.identifier);
  if (keys.some(isThere)) return forget(board, keys, OBJECT_REFUSAL.sameKey);
  if (!useUp()) return forget(board, keys, OBJECT_REFUSAL.flashFailed);
  let refusal = 0;
  for (const { usage, handle, identifier } of keys) {
    if (usage === 'B1') {
      if (dukpt.load(handle, identifier) !== 'ready') refusal = OBJECT_REFUSAL.flashFailed;
      continue;
    }
    const change = concatBytes(Uint8Array.of(0), unsignedToBytes(handle, 4));
    if (!board.keys.store(KEY_SET.indexToken, identifier, change)) refusal = OBJECT_REFUSAL.flashFailed;
    board.secure.eraseKey(handle);
  }
  return refusal;
}

function forget({ secure }: Board, keys: readonly LoadedKey[], refusal: number): number {
  for (const { handle } of keys) secure.eraseKey(handle);
  return refusal;
}

/** @param publicKey untrusted @returns 0 when it's none */
function agreedKey(board: Board, publicKey: Uint8Array): KeyHandle {
  const { secure, identity } = board;
  const pair = secure.findKey(KEY.identity);
  const secret = pair === 0 ? 0 : secure.agree(pair, publicKey);
  if (secret === 0) return 0;
  const context = concatBytes(
    LABEL,
    secure.sha256(board.roleKey(SIGNED_OBJECT.keyLoad)),
    latin1ToBytes(identity.serial),
  );
  const salt = secure.knownKey(secure.sha256(context));
  const protection = secure.deriveHkdf(salt, secret, 1);
  secure.eraseKey(salt);
  secure.eraseKey(secret);
  return protection;
}

/**
 * All of them, or none.
 * @param protection erased
 * @param bytes      untrusted; at least one block
 */
function importBlocks({ secure }: Board, protection: KeyHandle, bytes: Uint8Array): readonly LoadedKey[] | undefined {
  const keys: LoadedKey[] = [];
  let under = protection;
  let at = 0;
  while (under !== 0 && at < bytes.length) {
    const end = at + decimal(bytes.subarray(at + 1, at + 5));
    const block = end > at && end <= bytes.length ? bytes.subarray(at, end) : NO_BYTES;
    const handle = secure.importKeyBlock(under, block);
    const usage = latin1FromBytes(block.subarray(5, 7));
    at = end;
    if (handle !== 0 && usage === 'K1') {
      secure.eraseKey(under);
      under = handle;
      continue;
    }
    const identifier = handle === 0 ? undefined : identifierOf(usage, block);
    if (identifier !== undefined && !keys.some((key) => key.usage === usage)) {
      keys.push({ usage, handle, checkValue: secure.checkValue(handle), identifier });
      continue;
    }
    if (handle !== 0) secure.eraseKey(handle);
    secure.eraseKey(under);
    under = 0;
  }
  if (under !== 0) secure.eraseKey(under);
  if (under !== 0 && keys.length > 0) return keys;
  for (const { handle } of keys) secure.eraseKey(handle);
  return undefined;
}

/** Of a block whose MAC is right. The identifier of an initial key is the first of its optional blocks. */
function identifierOf(usage: string, block: Uint8Array): Uint8Array | undefined {
  if (usage === 'M7') {
    const version = decimal(block.subarray(9, 11));
    return version <= VERSION_MAX ? Uint8Array.of(version) : undefined;
  }
  const optional = latin1FromBytes(
    block.subarray(HEADER_CHARACTERS, HEADER_CHARACTERS + 4 + INITIAL_KEY_ID_CHARACTERS),
  );
  return optional.slice(0, 4) === INITIAL_KEY_ID ? fromHex(optional.slice(4)) : undefined;
}

/** Of digits; what isn't one makes it no number of a block. */
function decimal(characters: Uint8Array): number {
  let value = 0;
  for (const character of characters) value = value * 10 + ((character - 0x30) & 0xff);
  return value;
}

function report({ board, dukpt }: ReaderState, refusal: number, checkValues: Uint8Array): Message<'keyReport'> {
  const { secure } = board;
  const [pair, merchantKey] = [secure.findKey(KEY.identity), secure.findKey(KEY.indexToken)];
  const { identifier } = dukpt;
  return {
    kind: 'keyReport',
    refusal,
    objectSequence: Math.max(0, sequenceOf(board, SIGNED_OBJECT.keyLoad)),
    ...(pair !== 0 && { certificate: secure.keyIdentifier(pair) }),
    ...(identifier.length > 0 && { initialKeyId: identifier }),
    ...(merchantKey !== 0 && { indexTokenVersion: secure.keyIdentifier(merchantKey)[0] ?? 0 }),
    ...(checkValues.length > 0 && { checkValues }),
  };
}
