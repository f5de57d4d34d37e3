/** Many sales by one till: what is held afterwards is what was held before. */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { signAnswer } from '@comptoir/acquirer';
import { developmentKeys } from '@comptoir/factory/development';
import { decodeMessage } from '@comptoir/protocol';
import { type Acquirer, connect, money, newKey } from '@comptoir/sdk';
import { type Bench, optionsOf } from './bench.js';
import { CARD } from './sales.js';

const WARM_UP = 40;
/** Of simulations by default. */
const SEED = 1;
/** Compiled code and caches of the engine, whatever the number of sales. */
const HELD_BYTES = 1_500_000;
/** One report that stays of each sale is 64. */
const HELD_BYTES_OF_A_SALE = 60;

export async function manySales(bench: Bench, sales: number): Promise<void> {
  const reader = await connect(bench.transport(), { ...optionsOf(bench), acquirer: forgetfulAcquirer(bench) });
  const sell = async (number: number): Promise<void> => {
    bench.simulation.tap(CARD);
    const { status } = await reader.pay({ amount: money(number, 'EUR'), key: newKey('many', number) });
    bench.simulation.lift();
    assert.equal(status, 'approved');
  };
  for (let number = 1; number <= WARM_UP; number += 1) await sell(number);
  const before = heldBytes();
  const handles = process.getActiveResourcesInfo().length;
  for (let number = 1; number <= sales; number += 1) await sell(WARM_UP + number);
  const grown = heldBytes() - before;
  assert.ok(grown < HELD_BYTES + sales * HELD_BYTES_OF_A_SALE, `${grown} bytes are held of ${sales} sales`);
  assert.ok(process.getActiveResourcesInfo().length <= handles + 1, 'timers or handles are left');
  await reader.close();
}

/** Approves, and remembers nothing: what is held is the SDK's and the reader's. */
function forgetfulAcquirer({ simulation }: Bench): Acquirer {
  const bdk = developmentKeys(SEED, simulation.serial).baseDerivationKey;
  return {
    async authorise(request) {
      const decoded = decodeMessage(request);
      assert.ok(decoded.ok && decoded.message.kind === 'authorise');
      return signAnswer(decoded.message, { responseCode: '00', authorisationCode: '123456' }, { bdk });
    },
    status: async () => null,
  };
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
