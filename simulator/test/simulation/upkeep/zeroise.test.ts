/** A reader that destroys its keys: opened, or by the word of who may end its service; whatever it was doing, and whenever the power fails. */

import { developmentRoleKey, signObject } from '@comptoir/factory';
import { NO_BYTES } from '@comptoir/protocol';
import { connect, newKey, type Reader, ReaderError } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/index.js';

const amount = { minor: 100, currency: 'EUR' };

function order(serial: string, sequence = 1, kind: 'decommission' | 'keyLoad' = 'decommission'): Uint8Array {
  return signObject({ kind: 'decommission', sequence, serial }, NO_BYTES, developmentRoleKey(kind).privateKey);
}

async function refused(reader: Reader, work: (reader: Reader) => Promise<unknown>): Promise<string> {
  try {
    await work(reader);
  } catch (error) {
    if (error instanceof ReaderError) return error.code;
  }
  return 'not refused';
}

const pays =
  (simulation: Simulation, key = newKey('order')) =>
  (reader: Reader) => {
    simulation.tap('visa-debit');
    return reader.pay({ amount, key, interfaces: 'contactless' });
  };

/** Without an identity it opens no session, and says why. */
async function expectEmpty(simulation: Simulation, code: string): Promise<void> {
  const refusal = await connect(simulation, simulation).catch((error: unknown) => error);
  expect(refusal instanceof ReaderError && refusal.code).toBe(code);
}

describe('an opened case', () => {
  test('costs the reader its keys, at once and for ever', async () => {
    await using simulation = await simulate({ seed: 1 });
    const reader = await connect(simulation, simulation);
    expect((await pays(simulation)(reader)).status).toBe('approved');
    simulation.lift();
    simulation.tamper();
    await simulation.advance(1000);
    expect(reader.state).toBe('gone');
    await expectEmpty(simulation, 'reader/tampered');
    await simulation.restart();
    await expectEmpty(simulation, 'reader/tampered');
  });

  test('in the middle of a payment ends it, and nobody is charged that isn\u2019t told', async () => {
    await using simulation = await simulate({ seed: 2 });
    const reader = await connect(simulation, simulation);
    const payment = refused(reader, (paying) => paying.pay({ amount, key: newKey('order') }));
    await simulation.advance(200);
    simulation.tamper();
    await simulation.advance(1000);
    expect(await payment).not.toBe('not refused');
    expect(simulation.acquirer.charges()).toHaveLength(0);
    await expectEmpty(simulation, 'reader/tampered');
  });
});

describe('the end of service', () => {
  test('is told by who may say so, and costs the reader its keys', async () => {
    await using simulation = await simulate({ seed: 3 });
    const reader = await connect(simulation, simulation);
    const { serial } = reader.info;
    expect(await reader.decommission(order('OTHER'))).toMatchObject({ status: 'refused', reason: 'otherReader' });
    expect(await reader.decommission(order('*'))).toMatchObject({ status: 'refused', reason: 'otherReader' });
    const forged = order(serial, 1, 'keyLoad');
    expect(await reader.decommission(forged)).toMatchObject({ status: 'refused', reason: 'badSignature' });
    expect((await pays(simulation)(reader)).status).toBe('approved');
    simulation.lift();
    expect((await reader.decommission(order(serial))).status).toBe('loaded');
    await simulation.advance(1000);
    await expectEmpty(simulation, 'reader/keys');
    await simulation.restart();
    await expectEmpty(simulation, 'reader/keys');
  });

  test.each(['clean', 'torn'] as const)(
    'goes on after a power cut at any of its flash operations [%s]',
    async (kind) => {
      for (let operation = 1; operation <= 8; operation += 1) {
        await using simulation = await simulate({ seed: 4 });
        const reader = await connect(simulation, simulation);
        expect((await pays(simulation)(reader)).status).toBe('approved');
        simulation.lift();
        simulation.cutPowerOfKeys({ operation, kind });
        await reader.decommission(order(reader.info.serial)).catch(() => undefined);
        await simulation.advance(1000);
        simulation.cutPowerOfKeys({ operation: Number.POSITIVE_INFINITY, kind });
        await simulation.restart();
        await expectEmpty(simulation, 'reader/keys');
      }
    },
  );
});
