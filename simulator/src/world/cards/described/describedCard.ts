/**
 * A card from its description: the same profile that the catalogue's cards are made from.
 * A description can't hold a card number: it gives the first digits, and the others follow from the name. So no card of the world gets in.
 * Floor: simulator world.
 */

import { seededBytes } from '#crypto/seed';
import { faultIn, type RuleFault } from '#files';
import type { CryptogramVersion } from '../../banks/emv/cryptogramVersion.js';
import { APPROVES, type IssuerBehaviour } from '../../banks/issuerBehaviour.js';
import type { Network } from '../../pki/testPki.js';
import * as profiles from '../applicationProfiles.js';
import type {
  ApplicationProfile,
  CardProfile,
  Flaw,
  OfflineLimits,
  ProprietaryObject,
  T0Habits,
} from '../personalisation/cardProfile.js';
import { ORDINARY_LAYOUT, type RecordLayout } from '../personalisation/recordLayout.js';
import { CARD_RULE } from './cardRules.js';

interface ApplicationDescription {
  readonly network: Network;
  readonly aid?: string;
  readonly keys?: 'ordinary' | 'other';
  readonly country?: string;
  readonly currency?: string;
  readonly layout?: Partial<RecordLayout>;
  readonly omits?: readonly string[];
  readonly proprietary?: readonly {
    readonly in: ProprietaryObject['in'];
    readonly tag: string;
    readonly value: string;
  }[];
  readonly label?: string;
  readonly priority?: number;
  readonly authentication?: ApplicationProfile['authentication'];
  readonly responseFormat?: 1 | 2;
  readonly asksBeforeStart?: boolean;
  readonly namesKernel?: boolean;
  readonly relatedDataIn?: ApplicationProfile['relatedDataIn'];
  readonly cryptogramVersion?: CryptogramVersion;
  readonly issuerAuthentication?: ApplicationProfile['issuerAuthentication'];
}

interface CardDescription {
  readonly name: string;
  readonly label?: string;
  readonly number: { readonly begins: string; readonly digits?: number };
  readonly sequenceNumber?: number;
  readonly cardholder?: string;
  readonly expires?: string;
  readonly interface?: CardProfile['interface'];
  readonly paymentAccountReference?: string;
  readonly issuer?: IssuerBehaviour;
  readonly offlineLimits?: OfflineLimits;
  readonly declinesOffline?: boolean;
  readonly verifiesOnDevice?: boolean;
  readonly flaw?: Flaw;
  readonly t0?: Partial<T0Habits>;
  readonly applications: readonly ApplicationDescription[];
}

export type DescribedCard =
  | { readonly ok: true; readonly profile: CardProfile }
  | { readonly ok: false; readonly fault: RuleFault };

/** @param json parsed, untrusted */
export function describedCard(json: unknown): DescribedCard {
  const fault = faultIn(json, CARD_RULE) ?? versionFault(json as CardDescription);
  if (fault !== undefined) return { ok: false, fault };
  // The rules above are the fields of this type, one by one.
  return { ok: true, profile: profileFrom(json as CardDescription) };
}

const VERSIONS: Readonly<Record<Network, readonly CryptogramVersion[]>> = {
  visa: ['VisaCVN10', 'VisaCVN18', 'VisaCVN22'],
  cartesBancaires: ['VisaCVN10', 'VisaCVN18', 'VisaCVN22'],
  mastercard: ['MasterCardCVN16'],
  interac: ['InteracCVN133'],
};

/** What depends on another field. */
function versionFault({ applications }: CardDescription): RuleFault | undefined {
  for (const [index, { network, cryptogramVersion }] of applications.entries()) {
    if (cryptogramVersion === undefined || VERSIONS[network].includes(cryptogramVersion)) continue;
    const of = VERSIONS[network].join(', ');
    return { at: `applications[${index}].cryptogramVersion`, must: `must be one of ${of} on the network ${network}` };
  }
  return undefined;
}

function profileFrom(card: CardDescription): CardProfile {
  const { name, label, number, sequenceNumber = 1, cardholder, expires, t0 } = card;
  const {
    interface: has,
    paymentAccountReference,
    issuer,
    offlineLimits,
    declinesOffline,
    verifiesOnDevice,
    flaw,
  } = card;
  const ordinary = profiles.ORDINARY_CARD;
  return {
    ...ordinary,
    name,
    label: label ?? name,
    description: 'a card in a file',
    number: testNumber(name, number.begins, number.digits ?? 16),
    issuerDigits: number.begins.length,
    sequenceNumber: sequenceNumber < 0 ? undefined : sequenceNumber,
    cardholderName: cardholder === undefined ? ordinary.cardholderName : cardholder || undefined,
    expires: expires === undefined ? ordinary.expires : profiles.hex(expires.slice(2).replaceAll('-', '')),
    interface: has ?? 'both',
    paymentAccountReference,
    issuer: issuer ?? APPROVES,
    offlineLimits,
    declinesOffline: declinesOffline ?? false,
    verifiesOnDevice: verifiesOnDevice ?? false,
    flaw,
    t0: t0 && { ...profiles.ORDINARY_T0, ...t0 },
    applications: card.applications.map(applicationFrom),
  };
}

const ORDINARY: Readonly<Record<Network, () => ApplicationProfile>> = {
  visa: profiles.visa,
  mastercard: profiles.mastercard,
  cartesBancaires: profiles.cartesBancaires,
  interac: profiles.interacLike,
};

function applicationFrom(description: ApplicationDescription): ApplicationProfile {
  const { network, aid, keys, country, currency, layout, omits = [], proprietary = [], ...same } = description;
  const ordinary = ORDINARY[network]();
  return {
    ...ordinary,
    ...(keys === 'other' ? profiles.OTHER_KEYS : {}),
    ...same,
    aid: aid === undefined ? ordinary.aid : profiles.hex(aid),
    country: country === undefined ? ordinary.country : profiles.hex(country),
    currency: currency === undefined ? ordinary.currency : profiles.hex(currency),
    layout: { ...ORDINARY_LAYOUT, ...layout },
    omits: omits.map(tagOf),
    proprietary: proprietary.map(({ in: where, tag, value }) => ({
      in: where,
      tag: tagOf(tag),
      value: profiles.hex(value),
    })),
  };
}

/** One digit a byte, then two: the last is Luhn's. */
function testNumber(name: string, begins: string, length: number): Uint8Array {
  const random = seededBytes(`card number/${name}`)(length);
  const digits = Uint8Array.from(random, (byte, at) => (at < begins.length ? Number(begins[at]) : byte % 10));
  digits[length - 1] = checkDigit(digits.subarray(0, -1));
  return Uint8Array.from(
    { length: Math.ceil(length / 2) },
    (_, at) => ((digits[2 * at] ?? 0) << 4) | (digits[2 * at + 1] ?? 0xf),
  );
}

/** @see ISO/IEC 7812-1 Annex B */
function checkDigit(digits: Uint8Array): number {
  let sum = 0;
  for (const [at, digit] of digits.toReversed().entries()) {
    const doubled = at % 2 === 0 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

function tagOf(text: string): number {
  return Number.parseInt(text, 16);
}
