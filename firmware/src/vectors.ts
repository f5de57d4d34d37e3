/**
 * The test entry: the firmware's own modules behind `board.serve`, for the vector runner. Never published: it shows
 * what the reader must not.   Floor: vectors.
 */
import { eraseSensitive } from './apdu/sensitive.js';
import type { Secure } from './board/board.js';
import { authenticationVectors } from './vectors/authenticationVectors.js';
import { commandVectors } from './vectors/commandVectors.js';
import { dataVectors } from './vectors/dataVectors.js';
import { selectionVectors } from './vectors/selectionVectors.js';
import { traceVectors } from './vectors/traceVectors.js';
import { type VectorHandler, VectorInput } from './vectors/vectorInput.js';

/** What the test image's board has. */
interface VectorBoard {
  readonly secure: Pick<Secure, 'sha1' | 'sha256'>;
  /** @param run takes a kind and its input as JSON; gives `{"actual": …}` or `{"unsupported": true}`, or throws */
  serve(run: (kind: string, input: string) => string): void;
}

declare const board: VectorBoard;

const handlers: ReadonlyMap<string, VectorHandler> = new Map(
  [dataVectors, commandVectors, authenticationVectors, traceVectors, selectionVectors].flatMap((kinds) =>
    Object.entries(kinds),
  ),
);

board.serve((kind, input) => {
  const handler = handlers.get(kind);
  if (handler === undefined) return JSON.stringify({ unsupported: true });
  const actual = handler(new VectorInput(JSON.parse(input)), (data) => board.secure.sha1(data));
  eraseSensitive();
  return JSON.stringify({ actual });
});
