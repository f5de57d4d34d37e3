/**
 * Signed dynamic application data (tag 9F4B): what the card itself signed. DDA, CDA and fDDA differ in what is hashed
 * behind it and in what the ICC dynamic data holds.
 *
 *   offset  size      recovered data
 *   0       1         6A
 *   1       1         05
 *   2       1         hash algorithm
 *   3       1         length L of the ICC dynamic data
 *   4       L         ICC dynamic data: length of the ICC dynamic number, the number, …
 *   4 + L   N - 25 - L  BB…
 *   N - 21  20        SHA-1
 *   N - 1   1         BC
 *
 * Source: EMV 4.4 Book 2 §6.5.2 and Table 17, §6.6.2 and Table 22; C-3 for fDDA.   Floor: emv.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import { type AuthenticationFailed, FORMAT, failed, HASH_SHA1, readSigned } from './recovered.js';
import type { RsaPublicKey, Verifier } from './rsa.js';

type DynamicDataResult = { readonly ok: true; readonly iccDynamicNumber: Uint8Array } | AuthenticationFailed;

type CombinedDataResult =
  | {
      readonly ok: true;
      readonly iccDynamicNumber: Uint8Array;
      readonly cryptogramInformationData: number;
      readonly cryptogram: Uint8Array;
      readonly transactionDataHash: Uint8Array;
      /** What the card signed behind it: with relay resistance, what that exchange was about. */
      readonly further: Uint8Array;
    }
  | AuthenticationFailed;

const DYNAMIC_NUMBER_BYTES_MIN = 2;
const DYNAMIC_NUMBER_BYTES_MAX = 8;
const CRYPTOGRAM_BYTES = 8;
const HASH_BYTES = 20;
/** Recovered bytes around the ICC dynamic data. */
const OVERHEAD_BYTES = 25;

/** DDA. @param ddolData the data of INTERNAL AUTHENTICATE @see EMV 4.4 Book 2 §6.5.2 */
export function verifyDynamicData(
  secure: Verifier,
  iccKey: RsaPublicKey,
  signed: Uint8Array,
  ddolData: Uint8Array,
): DynamicDataResult {
  const dynamic = recoverDynamicData(secure, iccKey, signed, ddolData);
  return dynamic.ok ? { ok: true, iccDynamicNumber: dynamic.number } : dynamic;
}

interface FastDynamicDataInput {
  readonly unpredictableNumber: Uint8Array;
  /** Tag 9F02. */
  readonly amount: Uint8Array;
  /** Tag 5F2A. */
  readonly currency: Uint8Array;
  /** Tag 9F69, version 01. */
  readonly cardAuthenticationRelatedData: Uint8Array;
}

/** fDDA of kernel 3. @see C-3, fast dynamic data authentication */
export function verifyFastDynamicData(
  secure: Verifier,
  iccKey: RsaPublicKey,
  signed: Uint8Array,
  input: FastDynamicDataInput,
): DynamicDataResult {
  const related = input.cardAuthenticationRelatedData;
  if (related[0] !== 0x01) return failed('ODA_FORMAT');
  return verifyDynamicData(
    secure,
    iccKey,
    signed,
    concatBytes(input.unpredictableNumber, input.amount, input.currency, related),
  );
}

/**
 * CDA, the signature alone. The caller compares the cryptogram information data and the transaction data hash.
 * @see EMV 4.4 Book 2 §6.6.2, steps 1 to 8
 */
export function verifyCombinedData(
  secure: Verifier,
  iccKey: RsaPublicKey,
  signed: Uint8Array,
  unpredictableNumber: Uint8Array,
): CombinedDataResult {
  const dynamic = recoverDynamicData(secure, iccKey, signed, unpredictableNumber);
  if (!dynamic.ok) return dynamic;
  const { number, rest } = dynamic;
  if (rest.length < 1 + CRYPTOGRAM_BYTES + HASH_BYTES) return failed('ODA_FORMAT');
  return {
    ok: true,
    iccDynamicNumber: number,
    cryptogramInformationData: rest[0] as number,
    cryptogram: rest.slice(1, 1 + CRYPTOGRAM_BYTES),
    transactionDataHash: rest.slice(1 + CRYPTOGRAM_BYTES, 1 + CRYPTOGRAM_BYTES + HASH_BYTES),
    further: rest.slice(1 + CRYPTOGRAM_BYTES + HASH_BYTES),
  };
}

/**
 * The last steps of CDA: the response that came in clear is the one that was signed.
 * @param transactionData PDOL data, CDOL1 data, and the data objects of the response but 9F4B, in their order
 * @param clearCid        tag 9F27 as it came in clear
 * @see EMV 4.4 Book 2 §6.6.2, steps 9 to 12
 */
export function checkCombinedData(
  secure: Verifier,
  combined: CombinedDataResult,
  transactionData: Uint8Array,
  clearCid: number | undefined,
): CombinedDataResult {
  if (!combined.ok) return combined;
  if (clearCid !== combined.cryptogramInformationData) return failed('ODA_CID');
  return equalBytes(secure.sha1(transactionData), combined.transactionDataHash) ? combined : failed('ODA_TX_HASH');
}

type RecoveredDynamicData = { readonly ok: true; readonly number: Uint8Array; readonly rest: Uint8Array };

function recoverDynamicData(
  secure: Verifier,
  iccKey: RsaPublicKey,
  signed: Uint8Array,
  appended: Uint8Array,
): RecoveredDynamicData | AuthenticationFailed {
  return readSigned(secure, iccKey, signed, FORMAT.dynamicData, [appended], readDynamicData);
}

function readDynamicData(recovered: Uint8Array): RecoveredDynamicData | AuthenticationFailed {
  const length = recovered[3] as number;
  if (recovered[2] !== HASH_SHA1 || length < 1 || length > recovered.length - OVERHEAD_BYTES)
    return failed('ODA_FORMAT');
  const data = recovered.subarray(4, 4 + length);
  const numberLength = data[0] as number;
  if (numberLength < DYNAMIC_NUMBER_BYTES_MIN || numberLength > DYNAMIC_NUMBER_BYTES_MAX || numberLength >= length)
    return failed('ODA_FORMAT');
  return { ok: true, number: data.slice(1, 1 + numberLength), rest: data.slice(1 + numberLength) };
}
