/**
 * GENERATE AC, the first and the second: the card makes its cryptogram, and with CDA signs the whole answer.
 * Source: EMV 4.4 Book 3 §6.5.5, §9.3; Book 2 §6.6.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  concatBytes,
  type DataObject,
  decodeTlv,
  startAt,
  startsWithBytes,
  TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_77_RESPONSE_FORMAT_2,
  TAG_80_RESPONSE_FORMAT_1,
  tagAt,
  valueEndAt,
} from '@comptoir/protocol';
import { CRYPTOGRAM, generateAc } from '../apdu/commandApdu.js';
import { exchange } from '../apdu/exchange.js';
import type { Kernel } from '../apdu/kernel.js';
import { SW } from '../apdu/responseApdu.js';
import { checkCombinedData, verifyCombinedData } from './authentication/dynamicSignature.js';
import type { RsaPublicKey } from './authentication/rsa.js';
import { indexCardData } from './data/cardIndex.js';
import { answerDataObjectList } from './data/dataObjectList.js';
import type { DataStore } from './data/dataStore.js';
import { hasWrongLength } from './data/objectLengths.js';
import { setTsi, TSI } from './data/terminalStatus.js';
import type { AskedCryptogram } from './terminalActionAnalysis.js';
import type { Authentication, TransactionContext } from './transaction.js';

export interface CryptogramRequest {
  readonly asked: AskedCryptogram;
  /** CDOL1 or CDOL2, as the card has it. */
  readonly list: Uint8Array | undefined;
  /** What earlier lists were answered with: CDA signs it, too. */
  readonly earlier: Uint8Array;
  /** Given: CDA is asked for, unless it's an AAC, and checked with it. */
  readonly cardKey: RsaPublicKey | undefined;
  /** What the card has to sign beside: the relay resistance exchange, 14 bytes. */
  readonly relay?: Uint8Array | undefined;
}

export type GenerateAcOutcome =
  | {
      readonly kind: 'ok';
      readonly cryptogram: AskedCryptogram;
      /** How the signature turned out; undefined when none was asked for, or an AAC came, which needs none. */
      readonly cda: Authentication | undefined;
      /** What the list was answered with. */
      readonly listData: Uint8Array;
    }
  | { readonly kind: 'cardError'; readonly reason: string };

const CRYPTOGRAM_TYPE_MASK = 0xc0;
const CID_BYTES = 1;
const ATC_BYTES = 2;
const AC_BYTES = 8;
/** A card may answer less than it was asked for, never more. */
const RANK: Readonly<Record<AskedCryptogram, number>> = { AAC: 0, ARQC: 1, TC: 2 };

/** Asks for a cryptogram. @param store keeps what the card answers */
export function* generateApplicationCryptogram(
  context: TransactionContext,
  store: DataStore,
  request: CryptogramRequest,
): Kernel<GenerateAcOutcome> {
  const cdol = answerDataObjectList(request.list, (tag) => context.terminal.get(tag));
  if (!cdol.ok) return { kind: 'cardError', reason: cdol.fault };
  return yield* askForCryptogram(context, store, request, cdol.data);
}

/** As above, with a list that is answered already. */
export function* askForCryptogram(
  context: TransactionContext,
  store: DataStore,
  request: CryptogramRequest,
  listData: Uint8Array,
): Kernel<GenerateAcOutcome> {
  const { asked, cardKey } = request;
  const isSigned = asked !== 'AAC' && cardKey !== undefined;
  const { data, sw } = yield* exchange(generateAc(typeOf(asked), isSigned, listData));
  if (sw !== SW.success) return { kind: 'cardError', reason: 'GENERATE_AC_STATUS' };
  return readCryptogram(context, store, request, listData, data);
}

/** @param data response data of GENERATE AC, or of RECOVER AC, untrusted */
export function readCryptogram(
  context: TransactionContext,
  store: DataStore,
  { asked, earlier, cardKey, relay }: CryptogramRequest,
  listData: Uint8Array,
  data: Uint8Array,
): GenerateAcOutcome {
  const askedKey = asked === 'AAC' ? undefined : cardKey;
  const tlv = decodeTlv(data, CARD_TLV_LIMITS);
  const answer = tlv.ok && tlv.objects.length === 1 ? tlv.objects[0] : undefined;
  if (answer === undefined || !keepAnswer(store, answer)) return { kind: 'cardError', reason: 'GENERATE_AC_FORMAT' };

  setTsi(context.terminal, TSI.cardRiskManagementPerformed);
  const cid = store.valueOf(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)[0] as number;
  const cryptogram = cryptogramOf(cid);
  if (cryptogram === undefined || RANK[cryptogram] > RANK[asked])
    return { kind: 'cardError', reason: 'CRYPTOGRAM_NOT_ASKED_FOR' };
  if (cryptogram === 'AAC') return { kind: 'ok', cryptogram, cda: undefined, listData };
  const transactionData = concatBytes(earlier, listData, unsignedObjects(answer.value));
  const cda =
    askedKey === undefined ? undefined : checkSignature(context, store, askedKey, transactionData, cid, relay);
  if (cda === undefined && !store.has(TAG_9F26_APPLICATION_CRYPTOGRAM))
    return { kind: 'cardError', reason: 'CRYPTOGRAM_MISSING' };
  return { kind: 'ok', cryptogram, cda, listData };
}

function typeOf(asked: AskedCryptogram): number {
  if (asked === 'AAC') return CRYPTOGRAM.aac;
  return asked === 'TC' ? CRYPTOGRAM.tc : CRYPTOGRAM.arqc;
}

/** Undefined for what the books no longer know (AAR). */
export function cryptogramOf(cid: number): AskedCryptogram | undefined {
  switch (cid & CRYPTOGRAM_TYPE_MASK) {
    case CRYPTOGRAM.aac:
      return 'AAC';
    case CRYPTOGRAM.tc:
      return 'TC';
    case CRYPTOGRAM.arqc:
      return 'ARQC';
    default:
      return undefined;
  }
}

/** @returns false when the answer is no GENERATE AC response @see EMV 4.4 Book 3 §6.5.5.4 */
function keepAnswer(store: DataStore, { tag, value }: DataObject): boolean {
  if (tag === TAG_80_RESPONSE_FORMAT_1) {
    for (const [field, bytes] of cryptogramFields(value)) store.set(field, bytes);
  } else if (tag !== TAG_77_RESPONSE_FORMAT_2 || store.addAll(value) !== undefined) {
    return false;
  }
  const isComplete =
    store.has(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA) && store.has(TAG_9F36_APPLICATION_TRANSACTION_COUNTER);
  return isComplete && !hasWrongLength(store);
}

/** The data objects of a format 1 answer: CID, ATC, cryptogram, and issuer application data if any. */
export function cryptogramFields(value: Uint8Array): readonly (readonly [tag: number, value: Uint8Array])[] {
  const acAt = CID_BYTES + ATC_BYTES;
  const iadAt = acAt + AC_BYTES;
  const fields = [
    [TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, value.subarray(0, CID_BYTES)],
    [TAG_9F36_APPLICATION_TRANSACTION_COUNTER, value.subarray(CID_BYTES, acAt)],
    [TAG_9F26_APPLICATION_CRYPTOGRAM, value.subarray(acAt, iadAt)],
  ] as const;
  return value.length > iadAt ? [...fields, [TAG_9F10_ISSUER_APPLICATION_DATA, value.subarray(iadAt)]] : fields;
}

/**
 * The data objects of the answer but the signature, byte for byte as they came.
 * @param content value of template 77
 * @see EMV 4.4 Book 2 §6.6.2 step 10
 */
export function unsignedObjects(content: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  const index = indexCardData(content);
  let end = 0;
  for (let object = 0; object < index.count; object += 1) {
    if (startAt(index, object) < end) continue;
    end = valueEndAt(index, object);
    if (tagAt(index, object) !== TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA)
      kept.push(content.subarray(startAt(index, object), end));
  }
  return concatBytes(...kept);
}

function checkSignature(
  context: TransactionContext,
  store: DataStore,
  cardKey: RsaPublicKey,
  transactionData: Uint8Array,
  cid: number,
  relay: Uint8Array | undefined,
): Authentication {
  // Also of a signature that is missing: CDA was done, and failed.
  setTsi(context.terminal, TSI.offlineDataAuthenticationPerformed);
  const signed = store.get(TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA);
  if (signed === undefined) return { method: 'CDA', result: 'SIGNATURE_MISSING' };
  const unpredictableNumber = context.terminal.get(TAG_9F37_UNPREDICTABLE_NUMBER) as Uint8Array;
  const combined = verifyCombinedData(context.secure, cardKey, signed, unpredictableNumber);
  const checked = checkCombinedData(context.secure, combined, transactionData, cid);
  if (!checked.ok) return { method: 'CDA', result: checked.fault };
  // @see C-2 Table 6.8: ICC dynamic data with relay resistance
  if (relay !== undefined && !startsWithBytes(checked.further, relay)) return { method: 'CDA', result: 'ODA_RELAY' };
  store.set(TAG_9F26_APPLICATION_CRYPTOGRAM, checked.cryptogram);
  return { method: 'CDA', result: 'ok' };
}
