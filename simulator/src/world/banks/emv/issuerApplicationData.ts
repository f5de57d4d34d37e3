/**
 * Tag 9F10: which cryptogram version, and what the card found (card verification results, CVR).
 *
 *   VisaCVN10, 18     06 | key index | version | 03 | results 3
 *   VisaCVN22         1F | version | key index | who verified the holder | results 3 | device | 00 …            32 bytes
 *   MasterCardCVN16   key index | version | results 3, 00 00 00 | 00 …            18 bytes
 *   InteracCVN133     15 | key index | version | 04 | results 3, 00 | 00 …        22 bytes
 *
 * Source: pyemv, tests of `cvn.py`, for the places of version and results; openemv/emv-utils for VisaCVN22 (format 2), for the bits of the
 * results, and for who verified the holder, which it has from sources that it doesn't trust. Ours say the same on every network.   Floor: simulator world.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import type { Network } from '../../pki/testPki.js';
import { type CryptogramVersion, rulesOf } from './cryptogramVersion.js';

/** What the card answered to GENERATE AC. */
export type AnsweredCryptogram = 'AAC' | 'TC' | 'ARQC';

export interface CardVerificationResults {
  readonly first: AnsweredCryptogram;
  /** Undefined before the second GENERATE AC. */
  readonly second: 'AAC' | 'TC' | undefined;
  readonly isIssuerWrong: boolean;
  /** The one before went online and never came to its end. */
  readonly isLastIncomplete: boolean;
  readonly exceedsLimit: boolean;
  /** Script commands since the last cryptogram that went online, 0..15. */
  readonly scriptCommands: number;
  readonly hasScriptFailed: boolean;
  /** By the device that the card is in. Only VisaCVN22 says so. */
  readonly isVerifiedOnDevice?: boolean;
}

interface Layout {
  readonly version: CryptogramVersion;
  readonly networks: readonly Network[];
  /** Before the results. */
  readonly head: Uint8Array;
  readonly length: number;
  /** Where the results begin and how long they are, their own length byte included where it is covered. */
  readonly resultsAt: number;
  readonly resultsLength: number;
}

const visa: Pick<Layout, 'networks'> = { networks: ['visa', 'cartesBancaires'] };
const short = { length: 7, resultsAt: 3, resultsLength: 4 };

const LAYOUTS: readonly Layout[] = [
  { ...visa, version: 'VisaCVN10', head: Uint8Array.of(0x06, 0x01, 0x0a, 0x03), ...short },
  { ...visa, version: 'VisaCVN18', head: Uint8Array.of(0x06, 0x01, 0x12, 0x03), ...short },
  { ...visa, version: 'VisaCVN22', head: Uint8Array.of(0x1f, 0x22, 0x01), length: 32, resultsAt: 3, resultsLength: 5 },
  {
    version: 'MasterCardCVN16',
    networks: ['mastercard'],
    head: Uint8Array.of(0x01, 0x10),
    length: 18,
    resultsAt: 2,
    resultsLength: 6,
  },
  {
    version: 'InteracCVN133',
    networks: ['interac'],
    head: Uint8Array.of(0x15, 0x01, 0x85, 0x04),
    length: 22,
    resultsAt: 3,
    resultsLength: 5,
  },
];

/** The value of 9F10. */
export function issuerApplicationData(version: CryptogramVersion, results: CardVerificationResults): Uint8Array {
  const { head, length } = layoutOf(version);
  const data = new Uint8Array(length);
  const found = verificationResults(results);
  data.set(version === 'VisaCVN22' ? concatBytes(head, ofDevice(results, found)) : concatBytes(head, found));
  return data;
}

/** @param bytes untrusted, the value of 9F10 @returns undefined when it is of no version that the network has */
export function versionIn(network: Network, bytes: Uint8Array): CryptogramVersion | undefined {
  return LAYOUTS.find(
    ({ networks, head, length }) =>
      networks.includes(network) && bytes.length === length && equalBytes(bytes.subarray(0, head.length), head),
  )?.version;
}

/** The part that the cryptogram covers. @param bytes the value of a 9F10 of this version */
export function coveredPart(version: CryptogramVersion, bytes: Uint8Array): Uint8Array {
  if (rulesOf(version).covers === 'issuerApplicationData') return bytes;
  const { resultsAt, resultsLength } = layoutOf(version);
  return bytes.subarray(resultsAt, resultsAt + resultsLength);
}

const FIRST: Readonly<Record<AnsweredCryptogram, number>> = { AAC: 0x00, TC: 0x10, ARQC: 0x20 };
const SECOND = { AAC: 0x00, TC: 0x40, none: 0x80 } as const;
const ISSUER_WRONG = 0x08;
const LAST_INCOMPLETE = 0x80;
const LIMIT_EXCEEDED = 0x20;
const SCRIPT_FAILED = 0x08;
/** VisaCVN22: an application of the phone, by a passcode; and in the first of the results, that it was. */
const VERIFIED_BY_PASSCODE = 0x51;
const VERIFIED_ON_DEVICE = 0x04;

function verificationResults(results: CardVerificationResults): Uint8Array {
  const issuer = results.isIssuerWrong ? ISSUER_WRONG : 0;
  const incomplete = results.isLastIncomplete ? LAST_INCOMPLETE : 0;
  const limit = results.exceedsLimit ? LIMIT_EXCEEDED : 0;
  const script = results.hasScriptFailed ? SCRIPT_FAILED : 0;
  return Uint8Array.of(
    SECOND[results.second ?? 'none'] | FIRST[results.first] | issuer,
    incomplete | limit,
    (Math.min(results.scriptCommands, 15) << 4) | script,
  );
}

/** The results between two bytes about the device. */
function ofDevice({ isVerifiedOnDevice }: CardVerificationResults, found: Uint8Array): Uint8Array {
  if (isVerifiedOnDevice !== true) return Uint8Array.of(0, ...found, 0);
  const [first = 0, ...rest] = found;
  return Uint8Array.of(VERIFIED_BY_PASSCODE, first | VERIFIED_ON_DEVICE, ...rest, 0);
}

function layoutOf(version: CryptogramVersion): Layout {
  const layout = LAYOUTS.find((candidate) => candidate.version === version);
  if (layout === undefined) throw new Error(`no layout of ${version}`);
  return layout;
}
