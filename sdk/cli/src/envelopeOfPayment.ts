/**
 * `comptoir pay --envelope FILE`: keeps what the reader sealed for the acquirer, for `comptoir envelope open`.
 * Floor: cli.
 */
import { decodeMessage, latin1ToBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import type { Acquirer } from '@comptoir/sdk';
import { replaceFile } from './files.js';
import type { Output } from './session.js';

/**
 * @param path hexadecimal text from the moment when the acquirer is asked; empty before. Undefined: nothing is kept
 * @returns what stands before the acquirer. A file that can't be written any more is told, and the payment goes on
 * @throws ReaderError `usage/invalid` when it can't be written now, before anything is charged
 */
export function keepingEnvelope(
  path: string | undefined,
  { note }: Output,
): (acquirer: Required<Acquirer>) => Required<Acquirer> {
  if (path === undefined) return (acquirer) => acquirer;
  replaceFile(path, NO_BYTES);
  return (acquirer) => ({
    ...acquirer,
    authorise(request, key, options) {
      const decoded = decodeMessage(request);
      if (decoded.ok && decoded.message.kind === 'authorise') {
        try {
          replaceFile(path, latin1ToBytes(`${toHex(decoded.message.envelope)}\n`));
        } catch {
          note(`${path} can not be written; the payment goes on.`);
        }
      }
      return acquirer.authorise(request, key, options);
    },
  });
}
