/**
 * The transaction token: one MAC that binds amount, terminal, cryptogram, index token and envelope of one transaction.
 *
 *   token = AES-CMAC(MAC key of the envelope's KSN,
 *     "txn\0" | KSN 12 | merchant 15 | terminal 8 | amount 6 | currency 2 | UN 4 | ATC 2 | AC 8 | CID 1 |
 *     index token version 1 | index token 16 (17 zero bytes when withheld) | SHA-256(envelope) 32)
 *
 * Source: docs/reference/tokens.md.   Floor: acquirer.
 */
import {
  concatBytes,
  type DataObject,
  equalBytes,
  findObject,
  latin1ToBytes,
  type Message,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  unsignedToBcd,
} from '@comptoir/protocol';
import { TAG_C0_PROFILE_IDENTIFIER } from '@comptoir/protocol/wallet';
import { cmac } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { AssociatedData } from './associatedData.js';
import type { EnvelopeFault, OpenEnvelope } from './envelope.js';
import { openEnvelope } from './envelope.js';
import { parseIndexToken } from './indexToken.js';
import { type BaseDerivationKey, keysOfKsn } from './keysOfKsn.js';

/** `BINDING_WRONG`: the message tells another transaction than its envelope. */
export type AuthorisationFault =
  | EnvelopeFault
  | 'BINDING_WRONG'
  | 'EMV_DATA_WRONG'
  | 'INDEX_TOKEN_WRONG'
  | 'TRANSACTION_TOKEN_WRONG';

export type AuthorisationResult =
  | { readonly ok: true; readonly envelope: OpenEnvelope }
  | { readonly ok: false; readonly fault: AuthorisationFault };

const LABEL = latin1ToBytes('txn\0');
const CRYPTOGRAM_BYTES = 8;

/**
 * Opens the envelope of a request and checks that everything in the message belongs to it. It doesn't look for replays:
 * `takeKsn` does.
 * @param authorise untrusted
 */
export function verifyAuthorisation(
  authorise: Message<'authorise'>,
  options: { readonly bdk: BaseDerivationKey },
): AuthorisationResult {
  const opened = openEnvelope(authorise.envelope, options);
  if (!opened.ok) return { ok: false, fault: opened.fault };
  const fault = faultOf(authorise, opened, options.bdk);
  if (fault === undefined) return { ok: true, envelope: opened };
  opened.wipe();
  return { ok: false, fault };
}

function faultOf(
  authorise: Message<'authorise'>,
  opened: OpenEnvelope,
  bdk: BaseDerivationKey,
): AuthorisationFault | undefined {
  const { associatedData: bound, ksn } = opened;
  if (!isBound(authorise, bound) || !equalBytes(sha256(authorise.emvData), bound.emvDataSha256)) return 'BINDING_WRONG';
  const cryptogram = cryptogramOf(opened.cardData);
  const information = findObject(opened.cardData, TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)?.value;
  if (cryptogram?.length !== CRYPTOGRAM_BYTES || information?.length !== 1) return 'EMV_DATA_WRONG';
  const index = indexTokenBytes(authorise.indexToken);
  if (index === undefined) return 'INDEX_TOKEN_WRONG';

  const derived = keysOfKsn(ksn, bdk);
  if (!derived.ok) return derived.fault;
  const input = concatBytes(LABEL, ksn, fixedFields(bound), cryptogram, information, index, sha256(authorise.envelope));
  const isGenuine = equalBytes(cmac(input, derived.keys.mac), authorise.transactionToken);
  derived.keys.wipe();
  return isGenuine ? undefined : 'TRANSACTION_TOKEN_WRONG';
}

/** An enquiry about the balance of a wallet's profile has none. */
function cryptogramOf(sealed: readonly DataObject[]): Uint8Array | undefined {
  const cryptogram = findObject(sealed, TAG_9F26_APPLICATION_CRYPTOGRAM)?.value;
  const isWallet = findObject(sealed, TAG_C0_PROFILE_IDENTIFIER) !== undefined;
  return cryptogram ?? (isWallet ? new Uint8Array(CRYPTOGRAM_BYTES) : undefined);
}

function isBound(authorise: Message<'authorise'>, bound: AssociatedData): boolean {
  return (
    authorise.amount === bound.amount &&
    authorise.currency === bound.currency &&
    authorise.model === bound.model &&
    authorise.serial === bound.serial &&
    authorise.merchantIdentifier.trimEnd() === bound.merchantIdentifier &&
    authorise.terminalIdentification.trimEnd() === bound.terminalIdentification
  );
}

function fixedFields(bound: AssociatedData): Uint8Array {
  return concatBytes(
    latin1ToBytes(bound.merchantIdentifier.padEnd(15)),
    latin1ToBytes(bound.terminalIdentification.padEnd(8)),
    unsignedToBcd(bound.amount, 6),
    unsignedToBcd(bound.currency, 2),
    bound.unpredictableNumber,
    bound.applicationTransactionCounter,
  );
}

/** Version and token, 17 bytes; zeros when the reader withheld it; undefined when it's there and wrong. */
function indexTokenBytes(printed: string | undefined): Uint8Array | undefined {
  if (printed === undefined) return new Uint8Array(17);
  const parsed = parseIndexToken(printed);
  return parsed.ok ? concatBytes(Uint8Array.of(parsed.indexToken.version), parsed.indexToken.token) : undefined;
}
