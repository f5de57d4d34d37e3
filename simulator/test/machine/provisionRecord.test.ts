import { fromHex, toHex } from '@comptoir/protocol';
import { createTestPki, developmentConfiguration, developmentProvision, encodeProvision } from '@comptoir/simulator';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array(0);

describe('a provision record', () => {
  test('is laid out as the board reads it', () => {
    const record = encodeProvision({
      serial: 'R1',
      configuration: bytes('ED00'),
      keys: [{ name: 'index-token', identifier: bytes('01'), key: bytes('AABB') }],
      roleKeys: [{ kind: 'decommission', publicKey: bytes('CC') }],
    });
    const entries = toHex(
      bytes(`01 0002 5231  02 0002 ED00  03 0010 0B 696E6465782D746F6B656E 01 01 AABB  06 0002 03 CC`),
    );
    expect(toHex(record.subarray(0, 12))).toBe(
      `434F4D50544F4952010000${(entries.length / 2).toString(16).toUpperCase()}`,
    );
    expect(toHex(record.subarray(12, 44))).toBe(toHex(sha256(record.subarray(44))));
    expect(toHex(record.subarray(44))).toBe(entries);
  });

  test('of development fits', () => {
    const configuration = developmentConfiguration(createTestPki());
    const { keys, roleKeys } = developmentProvision(1, 'DEVELOPMENT')();
    expect(encodeProvision({ configuration, keys, roleKeys }).length).toBeLessThan(4096);
  });

  test('that does not fit is refused', () =>
    expect(() => encodeProvision({ configuration: new Uint8Array(16 * 1024), keys: [], roleKeys: [] })).toThrow(
      'no room',
    ));
});
