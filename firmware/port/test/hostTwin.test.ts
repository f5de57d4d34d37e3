/**
 * The port on this machine against target `node`: every record of the vectors, sales through the SDK, each once as built and
 * once under AddressSanitizer and UndefinedBehaviorSanitizer (a report of theirs ends the twin, and the test fails).
 */

import { seededBytes } from '@comptoir/crypto/seed';
import { developmentKeys, developmentProvision, type Provision } from '@comptoir/factory/development';
import { connect, newKey, type PayResult, type Reader } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../simulator/src/machine/clock.js';
import { loadFirmwareText } from '../../../simulator/src/machine/firmwareText.js';
import { createSimulatedReader } from '../../../simulator/src/machine/reader.js';
import type { SlotStyle } from '../../../simulator/src/machine/slot/slotCard.js';
import { nodeTarget } from '../../../simulator/src/machine/targets/node.js';
import { keyTables } from '../../../simulator/src/trials/replay/kinds/certificationAuthorityKeys.js';
import { isHostKind } from '../../../simulator/src/trials/replay/kinds/hostKinds.js';
import { inputOf } from '../../../simulator/src/trials/replay/replayRecord.js';
import { createVectorEngine } from '../../../simulator/src/trials/replay/vectorEngine.js';
import { isProblem, readVectorFolder, type VectorRecord } from '../../../simulator/src/trials/replay/vectorFiles.js';
import { createTestAcquirer } from '../../../simulator/src/world/acquirer/testAcquirer.js';
import { createCard } from '../../../simulator/src/world/cards/catalogue.js';
import { developmentConfiguration, signDevelopmentConfiguration } from '../../../simulator/src/world/configuration.js';
import { createTestPki } from '../../../simulator/src/world/pki/testPki.js';
import { readerTarget, type TwinKind, vectorsTarget } from './hostTarget.js';

const kinds: readonly TwinKind[] = ['host', 'host-sanitized'];
const RECORD_MS_MAX = 10_000;

const folder = new URL('../../../test-vectors', import.meta.url).pathname;
const tables = keyTables(folder, undefined);
const records = readVectorFolder(folder).entries.filter(
  (entry): entry is VectorRecord => !isProblem(entry) && !isHostKind(entry.kind),
);

test.each(kinds)('every record gives the answer of target node [%s]', async (kind) => {
  const { script } = await loadFirmwareText('vectors');
  const target = vectorsTarget(kind);
  const [twin, node] = [
    createVectorEngine(target, script, RECORD_MS_MAX),
    createVectorEngine(nodeTarget, script, RECORD_MS_MAX),
  ];
  for (const record of records) {
    const input = inputOf(record, tables);
    expect(await twin.run(record.kind, input), record.id).toEqual(await node.run(record.kind, input));
  }
  expect(records.length).toBeGreaterThan(100);
  twin.dispose();
  node.dispose();
  await target.all();
});

describe.each(kinds)('sales [%s]', (kind) => {
  test.each([
    ['visa-debit', 'contactless', 'approved'],
    ['mastercard', 'contactless', 'approved'],
    ['mastercard', 'contact', 'approved'],
    ['declined', 'contactless', 'declined'],
  ] as const)('%s, %s: %s', async (card, on, status) => {
    const { result, charges } = await sell(kind, card, on);
    expect(result.status).toBe(status);
    expect(charges.length).toBe(status === 'approved' ? 1 : 0);
  });

  test.each([0, 1] as const)('mastercard, contacts driven by the firmware, T=%i: approved', async (protocol) => {
    const { result } = await sell(kind, 'mastercard', 'contact', { protocol });
    expect(result.status).toBe('approved');
  });
});

test.each(kinds)('two cards in the field are listed [%s]', async (kind) => {
  const { answer } = await withReader(kind, ['visa-debit', 'mastercard'], 'contactless', (reader) => reader.cards());
  expect(answer).toMatchObject([
    { type: 'A', isRandom: true },
    { type: 'A', isRandom: true },
  ]);
});

/** One sale on the twin. */
async function sell(
  kind: TwinKind,
  card: string,
  on: 'contact' | 'contactless',
  slot?: SlotStyle,
): Promise<{ result: PayResult; charges: readonly unknown[] }> {
  const request = { amount: { minor: 1250, currency: 'EUR' }, key: newKey('order'), interfaces: on } as const;
  const { answer, charges } = await withReader(kind, [card], on, (reader) => reader.pay(request), slot);
  return { result: answer, charges };
}

/** The twin with the keys and the acquirer of a development reader. */
async function withReader<T>(
  kind: TwinKind,
  cards: readonly string[],
  on: 'contact' | 'contactless',
  work: (reader: Reader) => PromiseLike<T>,
  slot?: SlotStyle,
): Promise<{ answer: T; charges: readonly unknown[] }> {
  const [seed, serial, pki] = [1, 'TWIN', createTestPki()];
  const make = developmentProvision(seed, serial);
  let provision: Provision | undefined;
  const target = readerTarget(kind, () => provision ?? make());
  const clock = createVirtualClock();
  const simulated = createSimulatedReader({
    firmware: await loadFirmwareText('reader'),
    target,
    clock,
    serial,
    configuration: signDevelopmentConfiguration(developmentConfiguration(pki)),
    ...(slot !== undefined && { slot }),
    provision() {
      provision = make();
      return provision;
    },
  });
  await simulated.start();
  for (const card of cards) simulated[on].put(createCard(card, { seed, pki }));
  const acquirer = createTestAcquirer({ baseDerivationKey: developmentKeys(seed, serial).baseDerivationKey });
  const trust = 'development' as const;
  const options = { ...memory(simulated.port), trust, clock, acquirer, random: seededBytes('till') };
  const reader = await connect(options, options);
  const answer = await work(reader);
  await reader.close();
  simulated.stop();
  await Promise.resolve(); // `stop` frees the engine when its caller has returned
  await target.all();
  return { answer, charges: acquirer.charges() };
}
