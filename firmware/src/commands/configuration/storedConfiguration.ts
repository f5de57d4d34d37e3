/**
 * The content of a configuration where it lies in flash: one `configuration` message, checked wholly.
 * What is written in another way than `encodeMessage` writes it is refused: nothing of it is passed over, and its lists are found by their
 * first bytes.
 * Source: docs/decisions/0041-a-configuration-is-a-signed-object.md.   Floor: commands.
 */
import {
  APPLICATIONS_MAX,
  applicationFault,
  authorityKeyFault,
  dataObject,
  decodeMessage,
  encodeMessage,
  encodeTlv,
  equalBytes,
  fieldName,
  fieldTag,
  type ListItem,
  type ListName,
  type Message,
  OBJECT_REFUSAL,
  plainFault,
} from '@comptoir/protocol';
import type { Secure } from '../../board/board.js';
import { hashAgrees } from '../../emv/authentication/certificationAuthorityKeys.js';
import { readStored, type Stored, storedObject, takeItems } from './storedObjects.js';

const CONFIGURATION_TAG = 0xed;
/** In this order, after all else. */
const LISTS: readonly ListName[] = ['applications', 'certificationAuthorityKeys', 'revokedCertificates'];

/** What is refused, and where: a field such as `applications[1].kernel`; empty: the whole. */
export interface ContentFault {
  readonly ok: false;
  /** A value of OBJECT_REFUSAL. */
  readonly refusal: number;
  readonly at: string;
}

interface StoredContent {
  readonly ok: true;
  /** Without the lists. */
  readonly message: Message<'configuration'>;
  readonly applications: readonly ListItem<'applications'>[];
  /** Where the lists begin in their place; the second goes up to the third. */
  readonly keysAt: number;
  readonly revokedAt: number;
}

/** @param at where the content begins; it goes to the end of what is stored */
export function readContent(stored: Stored, secure: Secure, at: number): StoredContent | ContentFault {
  const whole = storedObject(stored, at);
  if (whole?.tag !== CONFIGURATION_TAG || whole.end !== stored.end) return malformed('');
  const applicationsAt = endOfPlainFields(stored, whole.valueAt);
  const plain = readPlainFields(readStored(stored, whole.valueAt, applicationsAt));
  if (!plain.ok) return plain;
  const hasCurrency = plain.message.currency !== undefined;
  const applications: ListItem<'applications'>[] = [];
  const keysAt = takeItems(
    stored,
    'applications',
    applicationsAt,
    (application, where) => {
      if (applications.length === APPLICATIONS_MAX) return refused(where, '');
      const field = applicationFault(application, hasCurrency);
      applications.push(application);
      return field === '' ? undefined : refused(where, field);
    },
    faultOfTag,
  );
  if (typeof keysAt !== 'number') return keysAt;
  if (applications.length === 0) return refused('', 'applications');
  const revokedAt = takeItems(
    stored,
    'certificationAuthorityKeys',
    keysAt,
    (key, where) => {
      const { registeredIdentifier: rid, keyIndex: index, ...rest } = key;
      const fault = authorityKeyFault(key, hashAgrees(secure, { rid, index, ...rest }));
      return fault && refused(where, fault.field, fault.refusal);
    },
    faultOfTag,
  );
  if (typeof revokedAt !== 'number') return revokedAt;
  const end = takeItems(stored, 'revokedCertificates', revokedAt, () => undefined, faultOfTag);
  if (typeof end !== 'number') return end;
  return end === stored.end ? { ...plain, applications, keysAt, revokedAt } : malformed('');
}

function endOfPlainFields(stored: Stored, from: number): number {
  let at = from;
  for (;;) {
    const object = storedObject(stored, at);
    if (object === undefined || LISTS.some((name) => fieldTag(name) === object.tag)) return at;
    at = object.end;
  }
}

function readPlainFields(fields: Uint8Array): ContentFault | Pick<StoredContent, 'ok' | 'message'> {
  const bytes = encodeTlv(dataObject(CONFIGURATION_TAG, fields));
  const decoded = decodeMessage(bytes);
  if (!decoded.ok) return faultOfTag(decoded.tag, '');
  const { message } = decoded;
  if (message.kind !== 'configuration' || !equalBytes(encodeMessage(message), bytes)) return malformed('');
  const field = plainFault(message);
  return field === '' ? { ok: true, message } : refused('', field);
}

function refused(where: string, field: string, refusal: number = OBJECT_REFUSAL.fieldRefused): ContentFault {
  return { ok: false, refusal, at: where === '' || field === '' ? where + field : `${where}.${field}` };
}

function malformed(where: string): ContentFault {
  return refused(where, '', OBJECT_REFUSAL.contentMalformed);
}

/** @param tag of the field at fault; 0: the encoding */
function faultOfTag(tag: number, where: string): ContentFault {
  return tag === 0 ? malformed(where) : refused(where, fieldName(tag));
}
