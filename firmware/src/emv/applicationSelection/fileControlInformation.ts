/**
 * File Control Information (tag 6F): what SELECT answers.
 * Source: EMV 4.4 Book 1 §11.3.4, Tables 43 to 45.   Floor: emv.
 * Memory: values are views of the response.
 */
import {
  CARD_TLV_LIMITS,
  type DataObject,
  decodeTlv,
  findObject,
  TAG_6F_FCI_TEMPLATE,
  TAG_84_DEDICATED_FILE_NAME,
  TAG_A5_FCI_PROPRIETARY_TEMPLATE,
  TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA,
} from '@comptoir/protocol';

export interface FileControlInformation {
  /** Tag 84: the full name of what was selected. */
  readonly name: Uint8Array;
  /** What is in A5. */
  readonly proprietary: readonly DataObject[];
  /** What is in BF0C. */
  readonly discretionary: readonly DataObject[];
}

const NAME_BYTES_MIN = 5;
const NAME_BYTES_MAX = 16;

/** @param data response data of SELECT, untrusted @returns undefined when it's no FCI with a name */
export function parseFileControlInformation(data: Uint8Array): FileControlInformation | undefined {
  const tlv = decodeTlv(data, CARD_TLV_LIMITS);
  if (!tlv.ok) return undefined;
  const fci = findObject(tlv.objects, TAG_6F_FCI_TEMPLATE)?.children;
  if (fci === undefined) return undefined;
  const name = findObject(fci, TAG_84_DEDICATED_FILE_NAME)?.value;
  if (name === undefined || name.length < NAME_BYTES_MIN || name.length > NAME_BYTES_MAX) return undefined;
  const proprietary = findObject(fci, TAG_A5_FCI_PROPRIETARY_TEMPLATE)?.children ?? [];
  const discretionary = findObject(proprietary, TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA)?.children ?? [];
  return { name, proprietary, discretionary };
}
