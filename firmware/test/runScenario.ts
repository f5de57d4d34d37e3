/** A selection scenario through the vectors' own way: its card as bytes, what came out as the record says it. */
import { softwareSecure } from '../../simulator/src/board/softwareSecure.js';
import { walletListOf } from '../../simulator/src/replay/selectionWallet.js';
import { seededBytes } from '../../simulator/src/seed.js';
import { selectionVectors } from '../src/vectors/selectionVectors.js';
import { VectorInput } from '../src/vectors/vectorInput.js';
import type { Expected, Input, Tender } from './scenario.js';

/** Names of the rules that chose each tender. */
export type Why = readonly (readonly string[])[];

/** @returns the answer, with the rules of each tender left out */
export function runScenario(input: Input): Expected {
  const { tenders, ...rest } = answerTo(input);
  return { tenders: tenders.map(({ profile, kind, amount }) => ({ profile, kind, amount })), ...rest };
}

export function whyOf(input: Input): Why {
  return answerTo(input).tenders.map(({ rules }) => rules);
}

interface Answer extends Expected {
  readonly tenders: readonly (Tender & { readonly rules: readonly string[] })[];
}

function answerTo(input: Input): Answer {
  const run = selectionVectors['selection'];
  if (run === undefined) throw new Error('the kind is not there');
  const given = new VectorInput({ ...input, wallet: walletListOf(input.card) });
  return run(given, softwareSecure([], seededBytes('scenario'))) as Answer;
}
