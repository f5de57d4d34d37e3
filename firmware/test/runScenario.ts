/** A selection scenario through the vectors' own way: its card as bytes, what came out as the record says it. */
import { readFileSync } from 'node:fs';
import { type ScenarioCard, walletListOf } from '../../simulator/src/replay/selectionWallet.js';
import { selectionVectors } from '../src/vectors/selectionVectors.js';
import { VectorInput } from '../src/vectors/vectorInput.js';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly card: ScenarioCard;
  readonly basket: readonly { readonly qty: number; readonly unit: number }[];
  readonly expected: Expected;
  readonly [field: string]: unknown;
}

export interface Expected {
  readonly outcome: string;
  readonly reason?: string;
  readonly tenders: readonly { readonly profile: string; readonly kind: string; readonly amount: number }[];
  readonly due: number;
  readonly reads: readonly string[];
  readonly excluded: readonly { readonly profile: string; readonly reason: string }[];
  readonly candidates?: readonly string[];
  readonly cards?: readonly string[];
}

/** Scenarios of test-vectors/`file`. */
export function readScenarios(file: string): readonly Scenario[] {
  const url = new URL(`../../test-vectors/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { scenarios: Scenario[] }).scenarios;
}

/** @returns the answer, with the rules of each tender left out */
export function runScenario({ expected: _expected, ...input }: Scenario): Expected {
  const run = selectionVectors['selection'];
  if (run === undefined) throw new Error('the kind is not there');
  const actual = run(new VectorInput({ ...input, wallet: walletListOf(input.card) }), () => new Uint8Array(20));
  const { tenders, ...rest } = actual as Expected;
  return { tenders: tenders.map(({ profile, kind, amount }) => ({ profile, kind, amount })), ...rest };
}
