/** Configuration files: what is read of them, and where the first fault is. */
import { readFileSync } from 'node:fs';
import { CONFIGURATION_RULE, describeConfiguration, readConfigurationFile } from '@comptoir/factory';
import type { FieldRules, Rule } from '@comptoir/files';
import { decodeMessage, FIELDS, MESSAGES, TEMPLATES } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';

const text = readFileSync(new URL('../../../docs/reference/configuration.example.json', import.meta.url), 'utf8');

interface Key {
  readonly [field: string]: string;
}
interface File {
  readonly [field: string]: unknown;
  readonly applications: readonly Readonly<Record<string, unknown>>[];
  readonly certificationAuthorityKeys: readonly Key[];
}
const file: File = JSON.parse(text);
const [application = {}] = file.applications;
const [key = {}] = file.certificationAuthorityKeys;

/** What is wrong with the example after that change: the field, and what it must be. */
function faultOf(change: Readonly<Record<string, unknown>>): string {
  const read = readConfigurationFile(JSON.stringify({ ...file, ...change }));
  return read.ok ? 'good' : `${read.at}: ${read.must}`;
}

const withApplication = (more: object): object => ({ applications: [application, { ...application, ...more }] });
const withKey = (more: object): object => ({ certificationAuthorityKeys: [key, { ...key, ...more }] });

test('the example is read, and told again as it was written', () => {
  const read = readConfigurationFile(text);
  if (!read.ok) throw new Error(read.must);
  expect({ $schema: file['$schema'], ...describeConfiguration(read.content) }).toEqual(file);
  expect(decodeMessage(read.content)).toEqual({
    ok: true,
    message: expect.objectContaining({ kind: 'configuration' }),
  });
});

test('every option of an application is told again', () => {
  const all = {
    exactMatch: true,
    noZeroAmount: true,
    extendedSelection: true,
    floorLimit: 5000,
    randomThreshold: 4000,
    randomTarget: 20,
    randomMaximum: 40,
    contactlessLimit: 999_999_999_999,
    statusCheckAmount: 1,
  };
  const changed = { ...file, ...withApplication(all) };
  const read = readConfigurationFile(JSON.stringify(changed));
  if (!read.ok) throw new Error(read.must);
  expect(describeConfiguration(read.content)).toMatchObject({
    applications: [application, { ...application, ...all }],
  });
});

describe('the first fault is told, with its field and its rule', () => {
  test.each<[change: object, fault: string]>([
    [{ merchantIdentifier: undefined }, 'merchantIdentifier: must be there: 1 to 15 printable ASCII characters'],
    [{ merchantIdentifier: '  ' }, 'merchantIdentifier: must say more than spaces'],
    [{ terminalCountry: '250' }, 'terminalCountry: must be a whole number from 1 to 999'],
    [{ terminalType: 20 }, 'terminalType: must be one of 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26, 34, 35, 36'],
    [{ terminalCapabilities: '20A8' }, 'terminalCapabilities: must be hexadecimal text of 3 bytes'],
    [
      { terminalCapabilities: '20A8C8' },
      'terminalCapabilities: must have no stripe, no key entry (byte 1 without C0) and no PIN (byte 2 is 08 or 28): this reader has none of them',
    ],
    [
      { terminalTransactionQualifiers: 'B3804000' },
      'terminalTransactionQualifiers: must have qVSDC (byte 1 with 20), and neither stripe (80) nor online PIN (04)',
    ],
    [{ currency: 'euro' }, 'currency: must be a currency, three capital letters, as EUR'],
    [{ currency: 'XYZ' }, 'currency: must be a currency of ISO 4217, as EUR'],
    [
      { currency: undefined },
      'applications[0].verificationLimit: needs a currency: say in `currency` what the limits are in',
    ],
    [{ languages: ['fr', 'EN'] }, 'languages[1]: must be a language, two small letters, as fr'],
    [{ applications: [] }, 'applications: must be a list of 1 to 16'],
    [withApplication({ kernel: 8 }), 'applications[1].kernel: must be a whole number from 0 to 7'],
    [withApplication({ floorLimit: 12.5 }), 'applications[1].floorLimit: must be a whole number from 0 to 4294967295'],
    [withApplication({ randomThreshold: 1 }), 'applications[1].randomThreshold: must be at most floorLimit'],
    [
      withApplication({ randomTarget: 5, randomMaximum: 4 }),
      'applications[1].randomTarget: must be at most randomMaximum',
    ],
    [
      withKey({ sha1: '00'.repeat(20) }),
      'certificationAuthorityKeys[1].sha1: does not agree with the key: SHA-1 over RID, index, modulus and exponent is another',
    ],
    [{ certificationAuthorityKey: [] }, ': must have no other fields than'],
  ])('%o', (change, fault) =>
    expect(faultOf(change as Readonly<Record<string, unknown>>)).toMatch(
      fault.startsWith(': ')
        ? /^: must have no other fields than/
        : new RegExp(`^${fault.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
    ),
  );

  test.each(['FB', 'FC', 'FD'])('the key A000000004 %s is refused by its name', (keyIndex) =>
    expect(faultOf(withKey({ registeredIdentifier: 'A000000004', keyIndex }) as never)).toBe(
      `certificationAuthorityKeys[1].sha1: is that of A000000004 ${keyIndex}, one of the three keys that were published with a wrong SHA-1 and exponent 2 (A000000004 FB, FC, FD): leave it out`,
    ),
  );

  test.each(['', '{', '[]', 'null', '"x"', '{"__proto__": 1}'])('%j is none', (bad) =>
    expect(readConfigurationFile(bad).ok).toBe(false),
  );

  test('more than a reader has room for', () => {
    const certificationAuthorityKeys = Array.from({ length: 101 }, () => key);
    expect(faultOf({ certificationAuthorityKeys })).toBe('certificationAuthorityKeys: must be a list of 0 to 100');
  });
});

describe('the rule has the fields of the message', () => {
  /** They're said in another way, for people. */
  const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
    contactlessOptions: ['noZeroAmount', 'extendedSelection'],
  };

  function compare(
    fields: FieldRules,
    { required, optional }: { readonly required: readonly string[]; readonly optional: readonly string[] },
  ): void {
    const wanted = [...required, ...optional].flatMap((name) => OTHERWISE[name] ?? [name]);
    expect(new Set(Object.keys(fields).filter((name) => name !== '$schema'))).toEqual(new Set(wanted));
    for (const name of required) if (name !== 'exactMatch') expect(fields[name]?.isRequired, name).toBe(true);
  }
  const itemOf = (name: string): FieldRules => {
    const rule: Rule | undefined = CONFIGURATION_RULE.fields[name]?.rule;
    if (rule?.is !== 'list' || rule.of.is !== 'object') throw new Error(`${name} is no list of objects`);
    return rule.of.fields;
  };

  test('the file', () => compare(CONFIGURATION_RULE.fields, MESSAGES.configuration));
  test.each(['applications', 'certificationAuthorityKeys', 'revokedCertificates'] as const)('%s', (name) =>
    compare(itemOf(name), TEMPLATES[FIELDS[name].of]),
  );
});
