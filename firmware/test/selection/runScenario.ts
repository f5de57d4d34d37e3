/** A selection scenario through the vectors' own way: its card as bytes, what came out as the record says it. */

import { seededBytes } from '@comptoir/crypto/seed';
import { softwareSecure } from '../../../simulator/src/machine/board/keys/softwareSecure.js';
import { type WalletList, walletListOf } from '../../../simulator/src/trials/replay/selectionWallet.js';
import { selectionVectors } from '../../src/vectors/selectionVectors.js';
import { VectorInput } from '../../src/vectors/vectorInput.js';
import type { Expected, Input, Tender } from './scenario.js';

/** Names of the rules that chose each tender. */
export type Why = readonly (readonly string[])[];

/** @param wallet what a card listed @returns the answer, with the rules of each tender left out */
export function runScenario(input: Input, wallet: WalletList = walletListOf(input.card)): Expected {
  const { tenders, ...rest } = answerTo(input, wallet);
  return { tenders: tenders.map(({ profile, kind, amount }) => ({ profile, kind, amount })), ...rest };
}

export function whyOf(input: Input): Why {
  return answerTo(input, walletListOf(input.card)).tenders.map(({ rules }) => rules);
}

interface Answer extends Expected {
  readonly tenders: readonly (Tender & { readonly rules: readonly string[] })[];
}

function answerTo(input: Input, wallet: WalletList): Answer {
  const run = selectionVectors['selection'];
  if (run === undefined) throw new Error('the kind is not there');
  return run(new VectorInput({ ...input, wallet }), softwareSecure([], seededBytes('scenario'))) as Answer;
}
