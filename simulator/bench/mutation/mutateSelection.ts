/**
 * `npm run mutate`: flips one rule of the selection at a time and tells which changes the scenarios of test-vectors don't
 * notice. Exit code 1 when they notice less than their share.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sha2 from '@noble/hashes/sha2.js';
import * as hashUtils from '@noble/hashes/utils.js';
import { isExpected } from '../../src/trials/replay/comparison.js';
import { withinTime } from '../../src/trials/replay/timeLimit.js';
import { mutantsOf } from './mutants.js';
import { type Packages, runFromSource } from './sourceModules.js';

const SHARE_NOTICED = 0.95;
/** For all scenarios. Unchanged they take some 100 ms; what takes longer than this doesn't end. */
const TIME_LIMIT_MS = 5000;
const SELECTION = 'firmware/src/selection';
/** No rules: bytes of a card, and of a record (firmware/test/dynamicCard/wallet.test.ts, firmware/test/selection/selectionRecord.test.ts). */
const NO_RULES_IN = ['walletObject.ts', 'walletValues.ts', 'recordSelection.ts'];
/** What no scenario can show, and the test that does. */
const PASSED_OVER: Readonly<Record<string, string>> = {
  bestCouponSet:
    'how the best set is searched, not which it is: compared with every set in firmware/test/selection/coupons.test.ts',
  SEARCH_COST_MAX: 'the bound of that search',
  COUPON_COST: 'likewise',
  NONE: 'stands for no position; any number that is none would do',
  CONTRADICTED: 'likewise',
  PRIORITY_LAST: 'any number above 15 would do',
  isPayable: 'refuses baskets that a scenario may not hold: firmware/test/selection/coupons.test.ts',
  BASKET_LINES_MAX: 'part of isPayable',
  ordinaryCard: 'scenarios have cards with a wallet: firmware/test/dynamicCard/wallet.test.ts',
  isReduced: 'scenarios list their profiles whole: firmware/test/selection/reducedObjects.test.ts',
  DEFAULT_MERCHANT_POLICY: 'a scenario tells its own: firmware/test/selection/coupons.test.ts',
};
const VECTORS = 'firmware/src/vectors/selectionVectors.ts';
const PACKAGES: Packages = {
  '@comptoir/protocol': 'firmware/protocol/src/index.ts',
  '@comptoir/protocol/wallet': 'firmware/protocol/src/wallet.ts',
  '@noble/hashes/sha2.js': sha2,
  '@noble/hashes/utils.js': hashUtils,
};

interface Scenario {
  readonly id: string;
  readonly card: object;
  readonly expected: unknown;
}
interface ScenarioFile {
  readonly scenarios: readonly Scenario[];
  readonly why?: Readonly<Record<string, unknown>>;
}
interface Answer {
  readonly tenders: readonly { readonly rules: unknown }[];
}
interface Vectors {
  readonly selectionVectors: { readonly selection: (input: object) => Answer };
  readonly VectorInput: new (value: unknown) => object;
}
interface Wallet {
  readonly walletListOf: (card: object) => object;
}

const wallet = runFromSource('simulator/src/trials/replay/selectionWallet.ts', PACKAGES, new Map()) as Wallet;
const inputs = ['selection.json', 'selection-own.json'].flatMap((file) => {
  const { scenarios, why } = JSON.parse(readFileSync(join('test-vectors', file), 'utf8')) as ScenarioFile;
  return scenarios.map(({ expected, ...input }) => ({
    expected,
    why: why?.[input.id],
    input: { ...input, wallet: wallet.walletListOf(input.card) },
  }));
});

/** True when a scenario comes out otherwise, throws, or never ends. */
function isNoticed(changed: ReadonlyMap<string, string>): boolean {
  try {
    return withinTime(TIME_LIMIT_MS, () => {
      const { selectionVectors } = runFromSource(VECTORS, PACKAGES, changed) as Vectors;
      const { VectorInput } = runFromSource('firmware/src/vectors/vectorInput.ts', PACKAGES, new Map()) as Vectors;
      return inputs.some(({ input, expected, why }) => {
        const answer = selectionVectors.selection(new VectorInput(input));
        if (!isExpected('selection', expected, answer)) return true;
        return why !== undefined && JSON.stringify(why) !== JSON.stringify(answer.tenders.map(({ rules }) => rules));
      });
    });
  } catch {
    return true;
  }
}

if (isNoticed(new Map())) throw new Error('the scenarios fail before anything is changed');

const files = readdirSync(SELECTION).filter((name) => !NO_RULES_IN.includes(name));
const mutants = files.flatMap((name) => {
  const path = join(SELECTION, name);
  return mutantsOf(path, readFileSync(path, 'utf8'), Object.keys(PASSED_OVER));
});
const survivors = mutants.filter(({ file, text }) => !isNoticed(new Map([[file, text]])));
for (const { file, line, was, becomes } of survivors)
  console.log(`${file}:${line}  ${oneLine(was)}  →  ${oneLine(becomes)}`);
const noticed = mutants.length - survivors.length;
const share = noticed / mutants.length;
console.log(
  `${inputs.length} scenarios notice ${noticed} of ${mutants.length} mutants (${(100 * share).toFixed(1)} %)`,
);
process.exitCode = share < SHARE_NOTICED ? 1 : 0;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
