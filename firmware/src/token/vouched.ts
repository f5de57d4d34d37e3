/**
 * Values that the door lets pass unsearched, or searched in part, because whoever made them vouches for them. What a key made looks random:
 * a search for a number would find one in it by chance. Only the functions of this class make them, each from a key or from the
 * configuration; a slice or a copy of the bytes is an ordinary value again, which is searched.
 * Source: docs/reference/clear-fields.md.   Floor: token.
 */
import { concatBytes, encodeTlv, latin1ToBytes, TAG_9F27_CRYPTOGRAM_INFORMATION_DATA } from '@comptoir/protocol';
import { type SelectionRecord, signedSelectionRecord } from '@comptoir/protocol/wallet';
import type { KeyHandle, Secure } from '../board/board.js';
import { type AcceptedApplication, acceptedFor } from '../emv/applicationSelection/candidateList.js';
import type { DataStore } from '../emv/data/dataStore.js';
import { clearEmvObjects } from './clearFields.js';
import type { TransactionKeys } from './dukpt.js';
import { INDEX_TOKEN_BYTES, type IndexToken, printIndexToken } from './indexToken.js';

const NOTHING: readonly Uint8Array[] = [];
const INDEX_TOKEN_LABEL: Uint8Array = latin1ToBytes('pan\0');
/** Of a name that goes on after an AID of the configuration: its country and issuer, say. Ten digits don't fit. */
const NAME_SUFFIX_BYTES_MAX = 4;

export class Vouched<T extends Uint8Array | string = Uint8Array> {
  readonly value: T;
  private readonly parts: readonly Uint8Array[];

  private constructor(value: T, parts: readonly Uint8Array[]) {
    this.value = value;
    this.parts = parts;
  }

  /** Of the value, what a card wrote all the same. */
  get searched(): readonly Uint8Array[] {
    return this.parts;
  }

  /** AES-CMAC, 16 bytes. */
  static mac(secure: Secure, key: KeyHandle, data: Uint8Array): Vouched {
    return new Vouched(secure.cmac(key, data), NOTHING);
  }

  /**
   * A head, then AES-256-CBC of the plain text, then AES-CMAC over both.
   * @param head   KSN, what the text is bound to, IV: nothing that a card may fill but its counter
   * @param plain  whole blocks; erased
   */
  static sealed(secure: Secure, keys: TransactionKeys, head: Uint8Array, iv: Uint8Array, plain: Uint8Array): Vouched {
    const encrypted = secure.encryptCbc(keys.dataKey, iv, plain);
    plain.fill(0);
    const authenticated = concatBytes(head, iv, encrypted);
    return new Vouched(concatBytes(authenticated, secure.cmac(keys.macKey, authenticated)), NOTHING);
  }

  /**
   * @param merchantKey handle; its identifier is the version
   * @param cardNumber  packed, ten bytes, filled with F
   */
  static indexToken(secure: Secure, merchantKey: KeyHandle, cardNumber: Uint8Array): MadeIndexToken {
    const input = concatBytes(INDEX_TOKEN_LABEL, cardNumber);
    const value = secure.hmacSha256(merchantKey, input).slice(0, INDEX_TOKEN_BYTES);
    input.fill(0);
    const version = secure.keyIdentifier(merchantKey)[0] ?? 0;
    return { version, value, text: new Vouched(printIndexToken({ version, value }), NOTHING) };
  }

  /** Hashes, and names of applications; the names are searched as in `acceptedName`, or as a whole. */
  static selectionRecord(
    secure: Secure,
    key: KeyHandle,
    record: SelectionRecord,
    applications: readonly AcceptedApplication[],
  ): Vouched {
    const signed = signedSelectionRecord(record, (bytes) => secure.hmacSha256(key, bytes));
    const searched = record.offered.flatMap(({ aid }) => Vouched.acceptedName(applications, aid)?.searched ?? [aid]);
    return new Vouched(signed, searched);
  }

  /** The field `emvData`: what the card says in it is searched, but 9F27, which has a value of the book. */
  static emvData(store: DataStore, terminal: ReadonlyMap<number, Uint8Array>): Vouched {
    const { ofCard, ofReader } = clearEmvObjects(store, terminal);
    const searched = ofCard.filter(({ tag }) => tag !== TAG_9F27_CRYPTOGRAM_INFORMATION_DATA);
    return new Vouched(
      encodeTlv(...ofCard, ...ofReader),
      searched.map(({ value }) => value),
    );
  }

  /**
   * The name of an application that the configuration accepts; what follows the configured AID is searched.
   * @returns undefined for any other name, and when too much follows
   */
  static acceptedName(applications: readonly AcceptedApplication[], name: Uint8Array): Vouched | undefined {
    const accepted = acceptedFor(applications, name)?.aid;
    if (accepted === undefined || name.length > accepted.length + NAME_SUFFIX_BYTES_MAX) return undefined;
    // A name outlives the card's answers, of which this is a view.
    const own = name.slice();
    return new Vouched(own, [own.subarray(accepted.length)]);
  }
}

export interface MadeIndexToken extends IndexToken {
  readonly text: Vouched<string>;
}
