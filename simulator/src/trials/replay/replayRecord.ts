/**
 * One record on one target: run, compared, masked.
 * Source: test-vectors/README.md.   Floor: simulator trials.
 */
import { performance } from 'node:perf_hooks';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import { isExpected } from './comparison.js';
import { type KeyTable, keysForTrace } from './kinds/certificationAuthorityKeys.js';
import { HOST_KINDS, isHostKind } from './kinds/hostKinds.js';
import { maskText, maskValue, secretsOf } from './masking.js';
import type { ReplayResult } from './replayResult.js';
import { type ScenarioCard, walletListOf } from './selectionWallet.js';
import type { Answer, VectorEngine } from './vectorEngine.js';
import { isObject, type VectorRecord } from './vectorFiles.js';

/** @param tables of CA public keys, for traces @param engine of that target @returns fit to print */
export async function replayRecord(
  record: VectorRecord,
  target: ReaderTargetName,
  tables: readonly KeyTable[],
  engine: VectorEngine,
): Promise<ReplayResult> {
  const { id, kind, expected } = record;
  // A stopwatch on the outside: no answer depends on it.
  const startMs = performance.now();
  const answer = isHostKind(kind) ? onHost(record) : await engine.run(kind, inputOf(record, tables));
  const ms = Math.round((performance.now() - startMs) * 1000) / 1000;
  const actual = actualOf(answer);
  const pass = answer.kind === 'actual' && isExpected(kind, expected, actual);
  const secrets = secretsOf(record, actual);
  return {
    id: maskText(id, secrets),
    kind,
    pass,
    target,
    ...(isHostKind(kind) ? { side: 'host' as const } : {}),
    ...(pass ? {} : { expected: maskValue(expected, secrets), actual: maskValue(actual, secrets) }),
    ms,
  };
}

/** What the firmware's entry is given: of some kinds more than the file holds. */
export function inputOf({ kind, input }: VectorRecord, tables: readonly KeyTable[]): unknown {
  if (kind === 'selection') return withWalletList(input);
  return kind.startsWith('trace.') && isObject(input) ? { ...input, capks: keysForTrace(input, tables) } : input;
}

/**
 * The card as its list, and of the scenario's own words what the list doesn't say: a chip takes no longer line. A scenario whose card can't
 * be written as a list goes on without: the record fails there.
 */
function withWalletList(input: unknown): unknown {
  if (!isObject(input) || !isObject(input['card'])) return input;
  const { title: _title, description: _description, rules: _rules, ...scenario } = input;
  try {
    const card = input['card'] as unknown as ScenarioCard;
    const profiles = card.profiles.map(({ id, selectSw }) => ({ id, selectSw }));
    return { ...scenario, card: { profiles, ppse: card.ppse }, wallet: walletListOf(card) };
  } catch {
    return input;
  }
}

function onHost({ kind, input }: VectorRecord): Answer {
  const run = HOST_KINDS.get(kind);
  if (run === undefined) return { kind: 'unsupported' };
  try {
    return { kind: 'actual', actual: run(input) };
  } catch (fault) {
    return { kind: 'fault', message: fault instanceof Error ? fault.message : String(fault) };
  }
}

function actualOf(answer: Answer): unknown {
  switch (answer.kind) {
    case 'actual':
      return answer.actual;
    case 'unsupported':
      return 'unsupported';
    case 'fault':
      return { fault: answer.message };
  }
}
