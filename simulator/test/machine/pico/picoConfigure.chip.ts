/** The reader image of the Pico loads a configuration, keeps it over a power cut, and sells with it. */

import { developmentRoleKey, signObject } from '@comptoir/factory';
import { decodeMessage, encodeMessage } from '@comptoir/protocol';
import { connect, newKey, ReaderError } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/simulation/simulate.js';
import { developmentConfiguration } from '../../../src/world/configuration.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';

const TIMEOUT_MS = 600_000;
const KEYS = 40;
const decoded = decodeMessage(developmentConfiguration(createTestPki()));
if (!decoded.ok || decoded.message.kind !== 'configuration') throw new Error('no configuration');
const { certificationAuthorityKeys = [], applications = [], ...plain } = decoded.message;

/** As many applications as a reader takes, and many more keys than any has: those of the test cards are the last. */
function bigConfiguration(sequence: number): Uint8Array {
  const many = Array.from({ length: 16 }, (_, at) => applications[at % applications.length] ?? applications[0]);
  const [first] = certificationAuthorityKeys;
  if (first === undefined) throw new Error('no key');
  const content = encodeMessage({
    ...plain,
    applications: many.flatMap((one) => one ?? []),
    certificationAuthorityKeys: [...Array.from({ length: KEYS }, () => first), ...certificationAuthorityKeys],
  });
  return signObject({ kind: 'configuration', sequence }, content, developmentRoleKey('configuration').privateKey);
}

test('a big one is loaded, a torn one leaves the old one, and both sell', { timeout: TIMEOUT_MS }, async () => {
  await using simulation = await simulate({ seed: 5, target: 'pico' });
  {
    await using reader = await connect(simulation, simulation);
    expect(await reader.configure(bigConfiguration(2))).toMatchObject({ status: 'loaded', inForce: { sequence: 2 } });
    simulation.tap('mastercard');
    const sale = await reader.pay({
      amount: { minor: 1250, currency: 'EUR' },
      key: newKey('order-1'),
      interfaces: 'contactless',
    });
    expect(sale).toMatchObject({ status: 'approved', payment: { tenders: [{ token: expect.any(String) }] } });
    simulation.lift();
    simulation.cutPower({ operation: 20, kind: 'torn' });
    expect(await reader.configure(bigConfiguration(3)).catch((error: unknown) => error)).toBeInstanceOf(ReaderError);
  }
  await simulation.restart();
  await using reader = await connect(simulation, simulation);
  expect(reader.info.configuration?.sequence).toBe(2);
  expect(await reader.configure(bigConfiguration(3))).toMatchObject({ status: 'loaded', inForce: { sequence: 3 } });
});
