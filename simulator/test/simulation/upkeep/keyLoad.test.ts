/** A key server's ticket, by the SDK, to a simulated reader: what it takes, that it takes it once, and whom it refuses. */

import { deriveInitialKey, openEnvelope, parseIndexToken, signAnswer } from '@comptoir/acquirer';
import {
  developmentRoleKey,
  indexTokenKey,
  initialKey,
  keyCheckValue,
  makeKeyTicket,
  protectionKey,
  signObject,
  type TicketKey,
} from '@comptoir/factory';
import { developmentKeys } from '@comptoir/factory/development';
import { decodeMessage, latin1ToBytes, type Message, toHex } from '@comptoir/protocol';
import { decodeReaderCertificate } from '@comptoir/protocol/link';
import { type Acquirer, connect, type KeyReport, newKey, type Reader } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { type Simulation, seededBytes, simulate } from '../../../src/index.js';

const bdk = seededBytes('key load test')(32);
const initialKeyId = latin1ToBytes('NEW1READ');
const dukpt = initialKey(deriveInitialKey(bdk, initialKeyId), initialKeyId);
const token = indexTokenKey(seededBytes('merchant key')(32), 7);
const { privateKey } = developmentRoleKey('keyLoad');
const amount = { minor: 100, currency: 'EUR' };

interface Till {
  readonly simulation: Simulation;
  readonly reader: Reader;
  readonly report: KeyReport;
  /** What the reader sent to its acquirer. */
  readonly sent: Message<'authorise'>[];
  ticket(keys: readonly TicketKey[], sequence?: number, change?: { readonly serial?: string }): Uint8Array;
}

async function atTill(work: (till: Till) => Promise<void>): Promise<void> {
  await using simulation = await simulate({ seed: 3 });
  const sent: Message<'authorise'>[] = [];
  const acquirer: Acquirer = {
    async authorise(request) {
      const decoded = decodeMessage(request);
      if (!decoded.ok || decoded.message.kind !== 'authorise') throw new Error('this is no request');
      sent.push(decoded.message);
      return signAnswer(decoded.message, { responseCode: '00' }, { bdk: bdkOf(simulation) });
    },
    status: async () => null,
  };
  const { clock, random } = simulation;
  await using reader = await connect(simulation, { clock, random, acquirer, trust: 'development' });
  const report = await reader.keyStatus();
  const certificate = decodeReaderCertificate(report.certificate ?? new Uint8Array());
  if (certificate === undefined) throw new Error('the reader shows no certificate');
  const { staticKey } = certificate;
  const ticket: Till['ticket'] = (keys, sequence = 1, { serial = reader.info.serial } = {}) =>
    makeKeyTicket({ serial, staticKey, sequence, keys }, privateKey, seededBytes(`ticket ${sequence}`));
  await work({ simulation, reader, report, sent, ticket });
}

/** The key server's keys, or those that a simulated reader comes with. */
function bdkOf({ serial }: Simulation): (id: string) => Uint8Array {
  const loaded = toHex(initialKeyId.subarray(0, 4));
  return (id) => (id === loaded ? bdk : developmentKeys(3, serial).baseDerivationKey);
}

async function pay({ reader, simulation, sent }: Till): Promise<Message<'authorise'>> {
  simulation.tap('visa-debit');
  expect((await reader.pay({ amount, key: newKey(`order-${sent.length}`), interfaces: 'contactless' })).status).toBe(
    'approved',
  );
  simulation.lift();
  return sent.at(-1) as Message<'authorise'>;
}

describe('a ticket', () => {
  test('brings keys, whose check values come back, and payments go under them', async () => {
    await atTill(async (till) => {
      const before = await pay(till);
      const result = await till.reader.loadKeys(till.ticket([dukpt, token]));
      expect(result).toMatchObject({
        status: 'loaded',
        keys: [
          { usage: 'B1', checkValue: toHex(keyCheckValue(dukpt.key)) },
          { usage: 'M7', checkValue: toHex(keyCheckValue(token.key)) },
        ],
        report: { sequence: 1, initialKeyId: toHex(initialKeyId), indexTokenVersion: 7 },
      });
      const after = await pay(till);
      const opened = openEnvelope(after.envelope, { bdk });
      expect(opened.ok && toHex(opened.ksn)).toBe(`${toHex(initialKeyId)}00000001`);
      expect(openEnvelope(before.envelope, { bdk }).ok).toBe(false);
      const parsed = parseIndexToken(after.indexToken ?? '');
      expect(parsed.ok && parsed.indexToken.version).toBe(7);
      expect(after.indexToken).not.toBe(before.indexToken);
    });
  });

  test('brings what the reader has after a restart, too', async () => {
    await atTill(async ({ simulation, reader, ticket }) => {
      await reader.loadKeys(ticket([dukpt, token]));
      await simulation.restart();
      await using again = await connect(simulation, simulation);
      const report = await again.keyStatus();
      expect(report).toMatchObject({ sequence: 1, initialKeyId: toHex(initialKeyId), indexTokenVersion: 7 });
      expect(await again.loadKeys(ticket([token]))).toMatchObject({ status: 'refused', reason: 'notNewer' });
    });
  });

  test('may protect keys by one that it brings', async () => {
    await atTill(async ({ reader, ticket }) => {
      const protection = protectionKey(seededBytes('protection')(32));
      expect(await reader.loadKeys(ticket([protection, dukpt]))).toMatchObject({
        status: 'loaded',
        keys: [{ usage: 'B1' }],
      });
    });
  });

  test('is taken once, and a later one has a higher sequence', async () => {
    await atTill(async ({ reader, ticket }) => {
      const first = ticket([token], 5);
      expect((await reader.loadKeys(first)).status).toBe('loaded');
      expect(await reader.loadKeys(first)).toMatchObject({ status: 'refused', reason: 'notNewer' });
      expect(await reader.loadKeys(ticket([token], 4))).toMatchObject({ status: 'refused', reason: 'notNewer' });
      expect((await reader.loadKeys(ticket([token], 6))).status).toBe('loaded');
    });
  });

  test('for another reader, of another signer or about the key that is there is refused, and nothing changes', async () => {
    await atTill(async ({ reader, report, ticket }) => {
      const other = ticket([dukpt], 1, { serial: 'OTHER' });
      expect(await reader.loadKeys(other)).toMatchObject({ status: 'refused', reason: 'otherReader' });
      const forAny = ticket([dukpt], 1, { serial: '*' });
      expect(await reader.loadKeys(forAny)).toMatchObject({ status: 'refused', reason: 'otherReader' });
      const configuration = signObject({ kind: 'configuration', sequence: 1 }, new Uint8Array(40), privateKey);
      expect(await reader.loadKeys(configuration)).toMatchObject({ status: 'refused', reason: 'otherKind' });
      const forged = signObject(
        { kind: 'keyLoad', sequence: 1, serial: reader.info.serial },
        new Uint8Array(40),
        developmentRoleKey('decommission').privateKey,
      );
      expect(await reader.loadKeys(forged)).toMatchObject({ status: 'refused', reason: 'badSignature' });
      expect(await reader.keyStatus()).toEqual(report);
      expect((await reader.loadKeys(ticket([dukpt], 1))).status).toBe('loaded');
      expect(await reader.loadKeys(ticket([dukpt], 2))).toMatchObject({ status: 'refused', reason: 'sameKey' });
    });
  });

  test.each<[string, readonly TicketKey[]]>([
    ['a base derivation key', [{ ...dukpt, header: { ...dukpt.header, usage: 'B0' } }]],
    ['a key that may be exported', [{ ...token, header: { ...token.header, exportability: 'E' } }]],
    ['an initial key without its identifier', [{ ...dukpt, header: { ...dukpt.header, optionalBlocks: [] } }]],
    ['a version that no token has room for', [{ ...token, header: { ...token.header, keyVersion: '32' } }]],
    ['two keys of one usage', [token, token]],
    ['a good key and one that is not', [token, { ...dukpt, header: { ...dukpt.header, usage: 'D0' } }]],
    ['a protection key and nothing behind it', [protectionKey(token.key)]],
    ['nothing', []],
  ])('with %s is refused whole, and can come again', async (_name, keys) => {
    await atTill(async ({ reader, report, ticket }) => {
      expect(await reader.loadKeys(ticket(keys))).toMatchObject({ status: 'refused', reason: 'keyRefused' });
      expect(await reader.keyStatus()).toEqual(report);
      expect((await reader.loadKeys(ticket([token]))).status).toBe('loaded');
    });
  });

  test('changed in any byte is refused', async () => {
    await atTill(async ({ reader, report, ticket }) => {
      const good = ticket([dukpt]);
      for (let at = 0; at < good.length; at += 7) {
        const changed = good.slice();
        changed[at] = (changed[at] ?? 0) ^ 0x10;
        expect((await reader.loadKeys(changed)).status, `byte ${at}`).toBe('refused');
      }
      expect(await reader.keyStatus()).toEqual(report);
    });
  });
});

test.each(['clean', 'torn'] as const)(
  'a power cut while keys are stored leaves the old ones or the new, and the ticket used up [%s]',
  async (kind) => {
    const seen = new Set<string>();
    for (let operation = 1; operation <= 10; operation += 1) {
      await atTill(async ({ simulation, reader, ticket }) => {
        simulation.cutPowerOfKeys({ operation, kind });
        const result = await reader.loadKeys(ticket([dukpt, token])).catch(() => undefined);
        simulation.cutPowerOfKeys({ operation: Number.POSITIVE_INFINITY, kind });
        await simulation.restart();
        await using again = await connect(simulation, simulation);
        const report = await again.keyStatus();
        expect(report.sequence).toBe(1);
        expect(await again.loadKeys(ticket([dukpt]))).toMatchObject({ status: 'refused', reason: 'notNewer' });
        const isNew = report.initialKeyId === toHex(initialKeyId);
        if (result?.status === 'loaded') expect([isNew, report.indexTokenVersion]).toEqual([true, 7]);
        // The merchant's key comes after the initial key.
        if (!isNew) expect(report.indexTokenVersion).toBe(1);
        seen.add(`${isNew} ${report.indexTokenVersion}`);
      });
    }
    expect(seen).toEqual(new Set(['false 1', 'true 1', 'true 7']));
  },
);
