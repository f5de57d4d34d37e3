/**
 * The EMV fields of a receipt. Only what is listed here is taken from the reader's EMV data, whatever else is in there.
 * Source: EMV 4.4 Book 4 §11 (receipt), Book 3 Annex A (tags), Annex C3 (CVM).   Floor: sdk payment.
 */
import {
  type DataObject,
  decodeTlv,
  findObject,
  type Message,
  TAG_9A_TRANSACTION_DATE,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F34_CVM_RESULTS,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  type TemplateContent,
  toHex,
} from '@comptoir/protocol';

/** Names and texts; bytes are hexadecimal. A field that the reader didn't give is absent. */
export interface ReceiptFields {
  readonly merchant?: string;
  readonly terminal?: string;
  /** Where the card was read. */
  readonly interface?: 'contact' | 'contactless';
  /** AID of the card application. */
  readonly aid?: string;
  /** YYMMDD. */
  readonly date?: string;
  /** HHMMSS. */
  readonly time?: string;
  readonly transactionType?: string;
  /** Terminal verification results. */
  readonly tvr?: string;
  /** Transaction status information. */
  readonly tsi?: string;
  /** CVM results. */
  readonly cvmResults?: string;
  readonly cvm?: 'none' | 'signature' | 'on-device';
  /** Authorisation response code. */
  readonly arc?: string;
  readonly authorisationCode?: string;
  /** Application cryptogram, and what it is. */
  readonly ac?: string;
  readonly cid?: string;
  /** Application transaction counter. */
  readonly atc?: string;
  readonly sequence?: string;
  /** Offline data authentication, and its result. */
  readonly authentication?: string;
}

const HEX_FIELDS = [
  ['date', TAG_9A_TRANSACTION_DATE],
  ['time', TAG_9F21_TRANSACTION_TIME],
  ['transactionType', TAG_9C_TRANSACTION_TYPE],
  ['tvr', TAG_95_TERMINAL_VERIFICATION_RESULTS],
  ['tsi', TAG_9B_TRANSACTION_STATUS_INFORMATION],
  ['cvmResults', TAG_9F34_CVM_RESULTS],
  ['ac', TAG_9F26_APPLICATION_CRYPTOGRAM],
  ['cid', TAG_9F27_CRYPTOGRAM_INFORMATION_DATA],
  ['atc', TAG_9F36_APPLICATION_TRANSACTION_COUNTER],
] as const;

/** By `usedInterface`. */
const INTERFACES = [undefined, 'contact', 'contactless'] as const;

/** None of the fields above is longer. */
const FIELD_BYTES_MAX = 8;

/**
 * @param result of a payment
 * @param tender of it; its EMV data are untrusted: when they can't be decoded the fields that come from them are absent
 */
export function receiptFieldsOf(
  { merchantIdentifier, terminalIdentification }: Message<'result'>,
  tender: Partial<TemplateContent<'tender'>>,
): ReceiptFields {
  const fields: Record<string, string> = {};
  const put = (name: keyof ReceiptFields, value: string | undefined): void => {
    if (value !== undefined) fields[name] = value;
  };
  put('merchant', merchantIdentifier?.trimEnd());
  put('terminal', terminalIdentification?.trimEnd());
  put('interface', INTERFACES[tender.usedInterface ?? 0]);
  put('aid', tender.applicationIdentifier && toHex(tender.applicationIdentifier));
  const decoded = tender.emvData === undefined ? undefined : decodeTlv(tender.emvData);
  const objects = decoded?.ok === true ? decoded.objects : [];
  for (const [name, tag] of HEX_FIELDS) put(name, hexOf(objects, tag));
  put('cvm', methodOf(findObject(objects, TAG_9F34_CVM_RESULTS)?.value));
  put('arc', tender.responseCode);
  put('authorisationCode', tender.authorisationCode);
  put('sequence', tender.transactionSequence?.toString());
  const { authenticationMethod: method, authenticationResult: outcome } = tender;
  if (method !== undefined) put('authentication', method === 'none' ? 'none' : `${method} ${outcome ?? ''}`.trimEnd());
  return fields;
}

function hexOf(objects: readonly DataObject[], tag: number): string | undefined {
  const value = findObject(objects, tag)?.value;
  return value === undefined || value.length > FIELD_BYTES_MAX ? undefined : toHex(value);
}

/**
 * By byte 1 of CVM results, bits 1 to 6. This reader asks for no PIN: 01 is what it writes for a device's own check.
 * @see EMV 4.4 Book 3 Annex C3, Table 43; 3F: no CVM performed, Book 4 §6.3.4.5; C-2 for 01 00 02
 */
const METHODS: Readonly<Record<number, ReceiptFields['cvm']>> = {
  1: 'on-device',
  30: 'signature',
  31: 'none',
  63: 'none',
};

function methodOf(results: Uint8Array | undefined): ReceiptFields['cvm'] {
  return METHODS[(results?.[0] ?? 0) & 0x3f];
}
