/**
 * Signs selection records and chains them: each holds the hash of the one before. The chain's end is kept in flash before the
 * record leaves, so that a record that was lost leaves a gap that shows.
 *
 *   offset  size  record 8
 *   0       4     sequence of the last selection record, big endian
 *   4       32    SHA-256 of it, with its signature
 *
 * Source: docs/reference/wallet-list.md, selection record.   Floor: commands.
 */
import { concatBytes, latin1ToBytes, NO_BYTES, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { PROFILE_REFERENCE_BYTES } from '@comptoir/protocol/wallet';
import { type Board, KEY } from '../../board/board.js';
import type { Card } from '../../selection/card.js';
import type { MerchantPolicy } from '../../selection/merchantPolicy.js';
import { recordSelection } from '../../selection/recordSelection.js';
import type { Sale } from '../../selection/sale.js';
import type { Selection } from '../../selection/selection.js';
import { Vouched } from '../../token/vouched.js';
import type { Configuration } from '../configuration/configuration.js';
import { AID_BYTES_SHOWN } from './walletInstruments.js';

const CHAIN = 8;
const SEQUENCE_BYTES = 4;
const HASH_BYTES = 32;
const NONCE_BYTES = 16;

/** @returns undefined when the reader has no key for it, or can't keep the chain */
export function signSelection(
  { secure, records, identity }: Board,
  { applications }: Configuration,
  selection: Selection,
  card: Card,
  policy: MerchantPolicy,
  sale: Sale,
  policyHash: Uint8Array,
): Vouched | undefined {
  const key = secure.findKey(KEY.selectionRecord);
  if (key === 0) return undefined;
  const last = records.read(CHAIN);
  const sequence = (unsignedFromBytes(last.subarray(0, SEQUENCE_BYTES)) + 1) % 2 ** 32;
  const previous = last.length === 0 ? new Uint8Array(HASH_BYTES) : last.slice(SEQUENCE_BYTES);
  const nonce = secure.random(NONCE_BYTES);
  const record = recordSelection(
    selection,
    card,
    policy,
    sale,
    { reader: latin1ToBytes(identity.serial), sequence, previous, nonce, policy: policyHash },
    (id) => secure.sha256(concatBytes(nonce, id)).slice(0, PROFILE_REFERENCE_BYTES),
    (aid) => recordedName(applications, aid),
  );
  const signed = Vouched.selectionRecord(secure, key, record, applications);
  const isKept = records.write(
    CHAIN,
    concatBytes(unsignedToBytes(sequence, SEQUENCE_BYTES), secure.sha256(signed.value)),
  );
  return isKept ? signed : undefined;
}

/** An AID, or a longer name of an application that the reader accepts. Another says nothing: a number may be in it. */
function recordedName(applications: Configuration['applications'], aid: Uint8Array = NO_BYTES): Uint8Array {
  return Vouched.acceptedName(applications, aid)?.value ?? (aid.length > AID_BYTES_SHOWN ? NO_BYTES : aid);
}
