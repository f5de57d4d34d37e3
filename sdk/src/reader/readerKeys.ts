/**
 * The keys of a reader: which it holds, and how it takes others. Tickets are made by a key server; a till carries them.
 * Source: docs/reference/keys.md.   Floor: sdk reader.
 */
import {
  KEY_OBJECT_BYTES_MAX,
  latin1FromBytes,
  type Message,
  NO_BYTES,
  OBJECT_REFUSAL_MEANING,
  type ObjectRefusalName,
  objectRefusalName,
  toHex,
} from '@comptoir/protocol';
import type { Call, OperationOptions, Operator } from '../operation/operate.js';
import type { Operation } from '../operation/operation.js';
import { usageError } from '../values/errors.js';
import { LinkFault } from '../values/linkFault.js';

/** What `Reader` has of it. */
export interface ReaderKeys {
  /** Which keys the reader holds. Default timeout: 30 s. */
  keyStatus(options?: OperationOptions): Promise<KeyReport>;
  /** Brings a key server's ticket to the reader, which takes it once. Refusals are results. Default timeout: 30 s. */
  loadKeys(ticket: Uint8Array, options?: OperationOptions): Promise<LoadKeysResult>;
  /**
   * Ends the reader's service: it destroys every key and starts anew, and pays no more. Refusals are results. Default timeout: 30 s.
   * @param order signed by whoever may say so, for this reader alone
   */
  decommission(order: Uint8Array, options?: OperationOptions): Promise<LoadKeysResult>;
}

export interface KeyReport {
  /** Of the last ticket that was taken; 0 when there was none. */
  readonly sequence: number;
  /** What the factory signed about the reader; none when it has no identity. */
  readonly certificate?: Uint8Array;
  /** Initial key identifier of the DUKPT keys in flash, 16 hexadecimal digits; none when there are no keys. */
  readonly initialKeyId?: string;
  /** None when there is no key of the merchant. */
  readonly indexTokenVersion?: number;
}

/** What people compare: the reader has the key that was sent. */
export interface LoadedKey {
  /** B1 initial DUKPT key, M7 key of index tokens. */
  readonly usage: string;
  /** 10 hexadecimal digits. */
  readonly checkValue: string;
}

export type LoadKeysResult =
  | { readonly status: 'loaded'; readonly keys: readonly LoadedKey[]; readonly report: KeyReport }
  | {
      readonly status: 'refused';
      readonly reason: ObjectRefusalName | 'unknown';
      readonly message: string;
      readonly report: KeyReport;
    };

/** Agreement, signature and flash take a small chip a while, and it says nothing meanwhile. */
const SILENCE_MS_MAX = 10_000;
const LOADED_BYTES = 7;
const USAGE_BYTES = 2;
const TIMEOUT_MS = 30_000;

export function createReaderKeys(operator: Operator): ReaderKeys {
  const ask = (name: string, message: KeyMessage, options: OperationOptions, object: Uint8Array = NO_BYTES) => {
    const check = (): void => {
      if (!(object instanceof Uint8Array) || object.length > KEY_OBJECT_BYTES_MAX)
        throw usageError(`A ticket is a Uint8Array of at most ${KEY_OBJECT_BYTES_MAX} bytes: those of its file.`);
    };
    const call: Call = { name: () => `keys ${name}`, timeoutMs: TIMEOUT_MS, charged: () => 'no', check };
    return operator.operate(call, options, (operation) => askReader(operation, message));
  };
  return {
    keyStatus: async (options = {}) => reportOf(await ask('status', { kind: 'keyStatus' }, options)),
    loadKeys: async (ticket, options = {}) =>
      resultOf(await ask('load', { kind: 'keyLoad', keyObject: ticket }, options, ticket)),
    decommission: async (order, options = {}) =>
      resultOf(await ask('decommission', { kind: 'decommission', keyObject: order }, options, order)),
  };
}

type KeyMessage = Message<'keyStatus' | 'keyLoad' | 'decommission'>;

async function askReader(operation: Operation, message: KeyMessage): Promise<Message<'keyReport'>> {
  try {
    if (operation.cancelled.aborted) throw new LinkFault('aborted');
    const answer = await operation.exchangeToTheEnd(message, SILENCE_MS_MAX);
    if (answer.kind !== 'keyReport') throw new LinkFault('protocol/corrupt');
    return answer;
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

function reportOf(answer: Message<'keyReport'>): KeyReport {
  const { objectSequence, certificate, initialKeyId, indexTokenVersion } = answer;
  return {
    sequence: objectSequence,
    ...(certificate !== undefined && { certificate: certificate.slice() }),
    ...(initialKeyId !== undefined && { initialKeyId: toHex(initialKeyId) }),
    ...(indexTokenVersion !== undefined && { indexTokenVersion }),
  };
}

function resultOf(answer: Message<'keyReport'>): LoadKeysResult {
  const { refusal, checkValues = new Uint8Array(0) } = answer;
  const report = reportOf(answer);
  if (refusal !== 0) {
    const reason = objectRefusalName(refusal);
    const meaning =
      reason === undefined ? `the reader refused with the number ${refusal}` : OBJECT_REFUSAL_MEANING[reason];
    const message = `${meaning.slice(0, 1).toUpperCase()}${meaning.slice(1)}.`;
    return { status: 'refused', reason: reason ?? 'unknown', message, report };
  }
  const keys: LoadedKey[] = [];
  for (let at = 0; at + LOADED_BYTES <= checkValues.length; at += LOADED_BYTES)
    keys.push({
      usage: latin1FromBytes(checkValues.subarray(at, at + USAGE_BYTES)),
      checkValue: toHex(checkValues.subarray(at + USAGE_BYTES, at + LOADED_BYTES)),
    });
  return { status: 'loaded', keys, report };
}
