/**
 * The test PKI: certification authorities of four networks, issuers below them, cards below these. Every key follows from
 * the seed and its name, is made when it is first used, and then kept as long as the process lives.
 * Test keys only: anyone can make them again.
 * Floor: simulator world.
 */

import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { seededBytes } from '#crypto/seed';
import { sha1 } from './recoverableSignature.js';
import { createRsaKey, type RsaExponent, type RsaKey } from './rsaKey.js';

/** What a terminal loads. Values are bytes but for the index. */
export interface CertificationAuthorityKey {
  /** 5 bytes. */
  readonly rid: Uint8Array;
  /** Tag 8F. */
  readonly index: number;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  /** Over RID, index, modulus and exponent. */
  readonly sha1: Uint8Array;
}

/** The seed that everything uses unless told otherwise. */
const TEST_PKI_SEED = 'comptoir test pki';

export const RID = {
  visa: 'A000000003',
  mastercard: 'A000000004',
  cartesBancaires: 'A000000042',
  interac: 'A000000277',
} as const;

export type Network = keyof typeof RID;

interface AuthorityDefinition {
  readonly index: number;
  readonly bits: number;
  readonly exponent: RsaExponent;
}

/** Each network has these. */
export const LISTED_AUTHORITIES: readonly AuthorityDefinition[] = [
  { index: 0xf1, bits: 1984, exponent: 3 },
  { index: 0xf3, bits: 1408, exponent: 65537 },
];
/** Signs like the others, but no terminal is given its key. */
export const UNLISTED_AUTHORITY: AuthorityDefinition = { index: 0xf9, bits: 1152, exponent: 3 };

export interface TestPki {
  /** The listed keys of all networks, 8 of them. Makes them all: a third of a second the first time. */
  certificationAuthorityKeys(): readonly CertificationAuthorityKey[];
  /** @param index of a listed authority or the unlisted one; another throws */
  authority(network: Network, index: number): RsaKey;
  /** The key of an issuer or a card. @param name the same name, size and exponent give the same key */
  key(name: string, bits: number, exponent: RsaExponent): RsaKey;
}

const keys = new Map<string, RsaKey>();

/** Makes no key yet. Two of the same seed share their keys. */
export function createTestPki(seed: string = TEST_PKI_SEED): TestPki {
  const key: TestPki['key'] = (name, bits, exponent) => {
    const label = `${seed}/${name}/${bits}/${exponent}`;
    const known = keys.get(label);
    if (known !== undefined) return known;
    const made = createRsaKey(seededBytes(label), bits, exponent);
    keys.set(label, made);
    return made;
  };
  const authority: TestPki['authority'] = (network, index) => {
    const definition = [...LISTED_AUTHORITIES, UNLISTED_AUTHORITY].find((candidate) => candidate.index === index);
    if (definition === undefined) throw new Error(`no certification authority key ${toHex(Uint8Array.of(index))}`);
    return key(`authority/${RID[network]}/${index}`, definition.bits, definition.exponent);
  };
  const listed = (network: Network, index: number): CertificationAuthorityKey => {
    const rid = fromHex(RID[network]) ?? NO_BYTES;
    const { modulus, exponent } = authority(network, index);
    return { rid, index, modulus, exponent, sha1: sha1(rid, Uint8Array.of(index), modulus, exponent) };
  };
  return {
    certificationAuthorityKeys: () =>
      (Object.keys(RID) as Network[]).flatMap((network) =>
        LISTED_AUTHORITIES.map(({ index }) => listed(network, index)),
      ),
    authority,
    key,
  };
}
