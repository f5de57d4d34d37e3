/**
 * The test entry: the firmware's own modules behind `board.serve`, for the vector runner. Never published: it shows
 * what the reader must not.   Floor: vectors.
 */
import { eraseAll, markInto } from './apdu/sensitive.js';
import { noteNumbersIn } from './emv/data/cardNumber.js';
import { authenticationVectors } from './vectors/authenticationVectors.js';
import { commandVectors } from './vectors/commandVectors.js';
import { configurationVectors } from './vectors/configurationVectors.js';
import { contactlessVectors } from './vectors/contactlessVectors.js';
import { cryptographyVectors } from './vectors/cryptographyVectors.js';
import { dataVectors } from './vectors/dataVectors.js';
import { decisionVectors } from './vectors/decisionVectors.js';
import { engineVectors } from './vectors/engineVectors.js';
import { linkVectors } from './vectors/linkVectors.js';
import { selectionVectors } from './vectors/selectionVectors.js';
import { traceVectors } from './vectors/traceVectors.js';
import { type VectorHandler, VectorInput, type VectorSecure } from './vectors/vectorInput.js';

/** What the test image's board has. */
interface VectorBoard {
  readonly secure: VectorSecure;
  /** @param run takes a kind and its input as JSON; gives `{"actual": …}` or `{"unsupported": true}`, or throws */
  serve(run: (kind: string, input: string) => string): void;
}

declare const board: VectorBoard;

const handlers: ReadonlyMap<string, VectorHandler> = new Map(
  [
    dataVectors,
    decisionVectors,
    contactlessVectors,
    commandVectors,
    authenticationVectors,
    traceVectors,
    selectionVectors,
    cryptographyVectors,
    engineVectors,
    linkVectors,
    configurationVectors,
  ].flatMap((kinds) => Object.entries(kinds)),
);

const marked: Uint8Array[] = [];

board.serve((kind, input) => {
  const handler = handlers.get(kind);
  if (handler === undefined) return JSON.stringify({ unsupported: true });
  markInto(marked);
  noteNumbersIn(marked);
  const actual = handler(new VectorInput(JSON.parse(input)), board.secure);
  eraseAll(marked);
  return JSON.stringify({ actual });
});
