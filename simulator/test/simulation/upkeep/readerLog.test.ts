/** What a reader tells of itself after a day of work: what happened, and nothing of the card. */

import { seededBytes } from '@comptoir/crypto/seed';
import { developmentRoleKey, indexTokenKey, makeKeyTicket, signObject } from '@comptoir/factory';
import { NO_BYTES, OBJECT_REFUSAL, OUTCOME, type SignedObjectName, STATUS } from '@comptoir/protocol';
import { decodeReaderCertificate } from '@comptoir/protocol/link';
import { connect, keyFrom, ReaderError } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { targetNames } from '../../../src/machine/targets/targets.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { developmentConfiguration } from '../../../src/world/configuration.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { brokenFirmware } from '../../machine/brokenFirmware.js';

test.each(targetNames)('a sale, a refusal, a day: told in order [%s]', async (target) => {
  await using simulation = await simulate({ target });
  await using reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  const amount = { minor: 1250, currency: 'EUR' } as const;
  expect(await reader.pay({ amount, key: keyFrom('log-1') })).toMatchObject({ status: 'approved' });
  simulation.lift();
  await reader.pay({ amount: { ...amount, minor: 1 }, key: keyFrom('log-1') }).then(
    () => expect.fail('the key was reused'),
    (error: ReaderError) => expect(error).toBeInstanceOf(ReaderError),
  );
  await simulation.clock.sleep(24 * 3_600_000);
  const log = await reader.log();
  expect(log.uptimeSeconds).toBeGreaterThanOrEqual(24 * 3600);
  expect(log.total).toBe(log.entries.length);
  // The self-tests of the 23rd hour are another of the same, only not in a row.
  expect(log.entries.map(({ event, detail, times }) => [event, detail, times])).toEqual([
    ['started', 0, 1],
    ['selfTest', 0, 1],
    ['ended', OUTCOME.approved, 1],
    ['refused', STATUS.keyReused, 1],
    ['selfTest', 0, 1],
  ]);
  expect(Object.keys(log.entries[0] ?? {}).sort()).toEqual(['detail', 'event', 'secondsAgo', 'times']);
});

test('keys, a configuration and the end of service: told, whether they were taken or refused', async () => {
  await using simulation = await simulate({ seed: 3 });
  const { serial } = simulation;
  const object = (kind: SignedObjectName, sequence: number, content: Uint8Array, name = serial): Uint8Array =>
    signObject({ kind, sequence, serial: name }, content, developmentRoleKey(kind).privateKey);
  const reader = await connect(simulation, simulation);
  await reader.configure(object('configuration', 2, developmentConfiguration(createTestPki())));
  await reader.configure(object('configuration', 1, developmentConfiguration(createTestPki())));
  await reader.loadKeys(object('keyLoad', 1, new Uint8Array(40)));
  const { certificate = NO_BYTES } = await reader.keyStatus();
  const { staticKey } = decodeReaderCertificate(certificate) ?? expect.fail('no certificate');
  const keys = [indexTokenKey(new Uint8Array(32).fill(5), 2)];
  const ticket = { serial, staticKey, sequence: 1, keys };
  await reader.loadKeys(makeKeyTicket(ticket, developmentRoleKey('keyLoad').privateKey, seededBytes('log')));
  await reader.decommission(object('decommission', 1, NO_BYTES, 'OTHER'));
  const log = await reader.log();
  expect(log.entries.slice(2).map(({ event, detail }) => [event, detail])).toEqual([
    ['configurationLoad', 0],
    ['configurationLoad', OBJECT_REFUSAL.notNewer],
    ['keyLoad', OBJECT_REFUSAL.keyRefused],
    ['keyLoad', 0],
    ['decommission', OBJECT_REFUSAL.otherReader],
  ]);
  await reader.decommission(object('decommission', 1, NO_BYTES));
  await simulation.advance(1000);
  // Its identity is gone, and with it the session: only a development image still tells, in clear.
  await using empty = await connect(simulation, { ...simulation, protocolVersion: 1 });
  const { entries } = await empty.log();
  expect(entries.map(({ event, detail }) => [event, detail])).toContainEqual(['zeroised', 0]);
});

test('an opened case is told', async () => {
  await using simulation = await simulate();
  simulation.tamper();
  await simulation.advance(1000);
  await using reader = await connect(simulation, { ...simulation, protocolVersion: 1 });
  expect((await reader.log()).entries.map(({ event, detail }) => [event, detail])).toContainEqual(['zeroised', 1]);
});

test('a reader whose self-test fails is not connected to, and says which it was', async () => {
  const firmware = await brokenFirmware([['474509234371BCB2', '474509234371BCB3']]);
  await using simulation = await simulate({ firmware, target: 'node' });
  await connect(simulation, simulation).then(
    () => expect.fail('it was connected to'),
    (error: ReaderError) =>
      expect([error.code, error.cause instanceof Error ? error.cause.message : error.message].join(' ')).toContain(
        'AES-CMAC',
      ),
  );
});
