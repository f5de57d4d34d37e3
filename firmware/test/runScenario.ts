/** A selection scenario through the vectors' own way: its card as bytes, what came out as the record says it. */
import { softwareSecure } from '../../simulator/src/board/softwareSecure.js';
import { walletListOf } from '../../simulator/src/replay/selectionWallet.js';
import { seededBytes } from '../../simulator/src/seed.js';
import { selectionVectors } from '../src/vectors/selectionVectors.js';
import { VectorInput } from '../src/vectors/vectorInput.js';
import type { Expected, Input } from './scenario.js';

/** @returns the answer, with the rules of each tender left out */
export function runScenario(input: Input): Expected {
  const run = selectionVectors['selection'];
  if (run === undefined) throw new Error('the kind is not there');
  const actual = run(
    new VectorInput({ ...input, wallet: walletListOf(input.card) }),
    softwareSecure([], seededBytes('scenario')),
  );
  const { tenders, ...rest } = actual as Expected;
  return { tenders: tenders.map(({ profile, kind, amount }) => ({ profile, kind, amount })), ...rest };
}
