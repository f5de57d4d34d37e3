/**
 * From a signed configuration to a reader that has it in force. Until its last piece was checked, what was in force stays so: a
 * load that ends early has changed nothing, and begins anew.
 * Source: docs/reference/protocol.md, docs/reference/configuration.md.   Floor: sdk reader.
 */
import {
  decodeMessage,
  type Message,
  OBJECT_REFUSAL,
  OBJECT_REFUSAL_MEANING,
  OBJECT_SIGNATURE_BYTES,
  objectRefusalName,
  PIECE_BYTES_MAX,
  SIGNED_OBJECT,
  signedHeadLength,
  toHex,
} from '@comptoir/protocol';
import type { Op } from '../../operation/op.js';
import type { Operator } from '../../operation/operate.js';
import type { Operation } from '../../operation/operation.js';
import type { Prompt } from '../../operation/prompt.js';
import { ReaderError, usageError } from '../../values/errors.js';
import { LinkFault } from '../../values/linkFault.js';
import { configurationIn } from './configurationIn.js';
import type { ConfigureOptions, ConfigureRefused, ConfigureResult, ReaderConfiguration } from './configureReport.js';

/** A signature, half a second of erasing, and a whole check take a small chip seconds, and it says nothing meanwhile. */
const SILENCE_MS_MAX = 10_000;

const TIMEOUT_MS = 60_000;

/** @param object a signed object: the bytes of its file, untrusted */
export function configure(
  operator: Operator,
  object: Uint8Array,
  options: ConfigureOptions = {},
): Op<ConfigureResult, Prompt> {
  const check = (): void => {
    if (!(object instanceof Uint8Array)) throw usageError('A configuration is a Uint8Array: the bytes of its file.');
  };
  return operator.operate(
    { name: () => 'configure', timeoutMs: TIMEOUT_MS, charged: () => 'no', check },
    options,
    (operation) => configureReader(operation, object, options.onProgress),
  );
}

async function configureReader(
  operation: Operation,
  object: Uint8Array,
  onProgress: ConfigureOptions['onProgress'],
): Promise<ConfigureResult> {
  try {
    return await load(operation, object, onProgress);
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

async function load(
  operation: Operation,
  object: Uint8Array,
  onProgress: ConfigureOptions['onProgress'],
): Promise<ConfigureResult> {
  const before = configurationIn(await operation.info());
  const head = headOf(object);
  if (head === undefined) return refused(OBJECT_REFUSAL.malformed, undefined, before);
  if (head.objectKind !== SIGNED_OBJECT.configuration) return refused(OBJECT_REFUSAL.otherKind, undefined, before);
  const contentAt = signedHeadLength(object) + OBJECT_SIGNATURE_BYTES;
  const content = object.subarray(contentAt);
  if (content.length !== head.contentLength || content.length === 0)
    return refused(OBJECT_REFUSAL.wrongLength, undefined, before);
  if (before !== undefined && isSame(head, before)) return { status: 'current', inForce: before };

  let answer = await ask(operation, { kind: 'configurationBegin', objectHead: object.subarray(0, contentAt) });
  for (let offset = 0; offset < content.length && answer.refusal === 0; offset += PIECE_BYTES_MAX) {
    const piece = content.subarray(offset, offset + PIECE_BYTES_MAX);
    answer = await ask(operation, { kind: 'configurationPiece', offset, piece });
    tell(onProgress, { bytes: offset + piece.length, totalBytes: content.length });
  }
  const inForce = configurationIn(await operation.info());
  if (answer.refusal !== 0) return refused(answer.refusal, answer.faultAt, inForce);
  if (inForce === undefined || !isSame(head, inForce)) throw new LinkFault('protocol/corrupt');
  return { status: 'loaded', inForce };
}

function headOf(object: Uint8Array): Message<'signedHead'> | undefined {
  const decoded = decodeMessage(object.subarray(0, signedHeadLength(object)));
  return decoded.ok && decoded.message.kind === 'signedHead' ? decoded.message : undefined;
}

function isSame(
  { objectSequence, contentHash }: Message<'signedHead'>,
  { sequence, sha256 }: ReaderConfiguration,
): boolean {
  return objectSequence === sequence && toHex(contentHash) === sha256;
}

function refused(
  refusal: number,
  field: string | undefined,
  inForce: ReaderConfiguration | undefined,
): ConfigureRefused {
  const reason = objectRefusalName(refusal);
  const meaning =
    reason === undefined
      ? `the reader has a reason that is not known here: ${refusal}`
      : OBJECT_REFUSAL_MEANING[reason];
  return {
    status: 'refused',
    reason: reason ?? 'unknown',
    message: `The reader does not take this configuration: ${field === undefined ? '' : `${field}: `}${meaning}.`,
    ...(field !== undefined && { field }),
    ...(inForce !== undefined && { inForce }),
  };
}

async function ask(
  operation: Operation,
  message: Message<'configurationBegin' | 'configurationPiece'>,
): Promise<Message<'configurationProgress'>> {
  if (operation.cancelled.aborted) throw new LinkFault('aborted');
  const answer = await operation.exchangeToTheEnd(message, SILENCE_MS_MAX);
  if (answer.kind !== 'configurationProgress') throw new LinkFault('protocol/corrupt');
  return answer;
}

function tell(
  onProgress: ConfigureOptions['onProgress'],
  progress: Parameters<NonNullable<typeof onProgress>>[0],
): void {
  try {
    onProgress?.(progress);
  } catch (cause) {
    throw new ReaderError('usage/invalid', { charged: 'no', message: 'onProgress threw an error.', cause });
  }
}
