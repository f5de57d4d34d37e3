/** `reader.configure`: what is loaded, what is refused, and what the reader says is in force. */

import { developmentRoleKey, type SignedObjectDescription, signObject } from '@comptoir/factory';
import { decodeMessage, encodeMessage, type Message } from '@comptoir/protocol';
import { type ConfigureResult, connect, type Reader, ReaderError } from '@comptoir/sdk';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { createTestPki, developmentConfiguration, type Simulation, simulate } from '../../../src/index.js';

const OLD = developmentConfiguration(createTestPki());
const decoded = decodeMessage(OLD);
if (!decoded.ok || decoded.message.kind !== 'configuration') throw new Error('no configuration');
const base = decoded.message;

function signed(more: Partial<Message<'configuration'>> = {}, how: Partial<SignedObjectDescription> = {}): Uint8Array {
  const content = encodeMessage({ ...base, merchantNameAndLocation: 'Comptoir, moved', ...more });
  const description = { kind: 'configuration', sequence: 2, ...how } as const;
  return signObject(description, content, developmentRoleKey('configuration').privateKey);
}

const hashOf = (content: Uint8Array): string => Buffer.from(sha256(content)).toString('hex').toUpperCase();

async function withReader(
  target: 'node' | 'quickjs',
  work: (reader: Reader, simulation: Simulation) => Promise<void>,
): Promise<void> {
  await using simulation = await simulate({ target });
  await using reader = await connect(simulation, simulation);
  await work(reader, simulation);
}

describe.each(['node', 'quickjs'] as const)('on %s', (target) => {
  test('one that is good is in force, and stays so', () =>
    withReader(target, async (reader, simulation) => {
      const before = { sequence: 1, sha256: hashOf(OLD) };
      expect(reader.info.configuration).toEqual(before);
      const object = signed();
      const seen: number[] = [];
      const result = await reader.configure(object, { onProgress: ({ bytes }) => seen.push(bytes) });
      const content = encodeMessage({ ...base, merchantNameAndLocation: 'Comptoir, moved' });
      expect(result).toEqual({ status: 'loaded', inForce: { sequence: 2, sha256: hashOf(content) } });
      expect(seen.length).toBeGreaterThan(1);
      expect(reader.info.configuration).toEqual(result.inForce);
      expect(await reader.configure(object)).toEqual({ status: 'current', inForce: result.inForce });
      await simulation.restart();
      await using again = await connect(simulation, simulation);
      expect(again.info.configuration).toEqual(result.inForce);
    }));

  test.each<[title: string, object: Uint8Array, refused: Partial<Extract<ConfigureResult, { status: 'refused' }>>]>([
    ['no signed object', Uint8Array.of(1, 2, 3), { reason: 'malformed' }],
    ['another kind', signed({}, { kind: 'keyLoad' }), { reason: 'otherKind' }],
    ['half of one', signed().subarray(0, 400), { reason: 'wrongLength' }],
    ['for another reader', signed({}, { serial: 'X' }), { reason: 'otherReader' }],
    ['too old', signed({}, { sequence: 1 }), { reason: 'notNewer' }],
    [
      'a field',
      signed({ terminalType: 20 }),
      {
        reason: 'fieldRefused',
        field: 'terminalType',
        message:
          'The reader does not take this configuration: terminalType: a field has a value that it must not have.',
      },
    ],
  ])('%s is refused, with the reason, and nothing has changed', (_, object, refused) =>
    withReader(target, async (reader) => {
      const inForce = { sequence: 1, sha256: hashOf(OLD) };
      expect(await reader.configure(object)).toMatchObject({ status: 'refused', inForce, ...refused });
      expect(reader.info.configuration).toEqual(inForce);
    }),
  );

  test('a power cut leaves one that works, and it can be loaded again', () =>
    withReader(target, async (reader, simulation) => {
      simulation.cutPower({ operation: 3, kind: 'torn' });
      const lost = await reader.configure(signed()).catch((error: unknown) => error);
      expect(lost).toBeInstanceOf(ReaderError);
      expect(lost).toMatchObject({ charged: 'no' });
      await simulation.restart();
      await using again = await connect(simulation, simulation);
      expect(again.info.configuration?.sequence).toBe(1);
      expect(await again.configure(signed())).toMatchObject({ status: 'loaded' });
    }));
});

test('a call that makes no sense is the caller’s fault', () =>
  withReader('node', async (reader) => {
    const wrong = await reader.configure('configuration' as never).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'usage/invalid' });
  }));
