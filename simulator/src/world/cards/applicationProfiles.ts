/**
 * The applications that the catalogue's cards are put together from, one for each network.
 * Floor: simulator world.
 */
import { fromHex } from '@comptoir/protocol';
import { APPROVES } from '../banks/issuerBehaviour.js';
import type { ApplicationProfile, CardProfile, T0Habits } from './personalisation/cardProfile.js';
import { ORDINARY_LAYOUT } from './personalisation/recordLayout.js';

type Variation = Partial<Omit<ApplicationProfile, 'network' | 'aid'>>;

/** @param text hexadecimal; other text throws at start-up */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error('not hexadecimal');
  return bytes;
}

const ordinary = {
  priority: 1,
  namesKernel: false,
  authority: 0xf1,
  issuerKey: { bits: 1408, exponent: 3 },
  iccKey: { bits: 1152, exponent: 3 },
  authentication: 'CDA',
  asksBeforeStart: false,
  issuerAuthentication: 'secondGenerateAc',
  relatedDataIn: 'answer',
  layout: ORDINARY_LAYOUT,
  omits: [],
  proprietary: [],
  country: hex('0250'),
  currency: hex('0978'),
} as const;

/** Other key sizes, another exponent, the other authority. */
export const OTHER_KEYS: Pick<ApplicationProfile, 'authority' | 'issuerKey' | 'iccKey'> = {
  authority: 0xf3,
  issuerKey: { bits: 1152, exponent: 65537 },
  iccKey: { bits: 1024, exponent: 65537 },
};

export function visa(variation: Variation = {}): ApplicationProfile {
  const own = { network: 'visa', aid: hex('A0000000031010'), label: 'VISA', kernel: 3, responseFormat: 1 } as const;
  return { ...ordinary, ...own, cryptogramVersion: 'VisaCVN18', asksBeforeStart: true, ...variation };
}

export function mastercard(variation: Variation = {}): ApplicationProfile {
  const own = {
    network: 'mastercard',
    aid: hex('A0000000041010'),
    label: 'MASTERCARD',
    kernel: 2,
    responseFormat: 2,
    cryptogramVersion: 'MasterCardCVN16',
  } as const;
  return { ...ordinary, ...own, ...variation };
}

/** No RID of its own in the contactless books: the directory says kernel 3. */
export function cartesBancaires(variation: Variation = {}): ApplicationProfile {
  const own = {
    network: 'cartesBancaires',
    aid: hex('A0000000421010'),
    label: 'CB',
    kernel: 3,
    responseFormat: 1,
    cryptogramVersion: 'VisaCVN18',
  } as const;
  return { ...ordinary, ...own, namesKernel: true, ...variation };
}

/** Like Interac's cards in AID, country and currency; its contactless side follows kernel 2, which the directory says. */
export function interacLike(variation: Variation = {}): ApplicationProfile {
  const own = {
    network: 'interac',
    aid: hex('A0000002771010'),
    label: 'INTERAC',
    kernel: 2,
    responseFormat: 2,
    cryptogramVersion: 'InteracCVN133',
  } as const;
  return { ...ordinary, ...own, namesKernel: true, country: hex('0124'), currency: hex('0124'), ...variation };
}

/** The oldest cryptogram: no session key, and EXTERNAL AUTHENTICATE. */
export const CRYPTOGRAM_VERSION_10: Pick<ApplicationProfile, 'cryptogramVersion' | 'issuerAuthentication'> = {
  cryptogramVersion: 'VisaCVN10',
  issuerAuthentication: 'externalAuthenticate',
};

/** The rule of the book: all at once, and its length is told. */
export const ORDINARY_T0: T0Habits = { pieceBytes: 256, announces: 'length', correctsLength: true };

/** A card on both interfaces with nothing wrong about it. */
export const ORDINARY_CARD: Omit<CardProfile, 'name' | 'label' | 'description' | 'number' | 'applications'> = {
  interface: 'both',
  sequenceNumber: 1,
  cardholderName: 'TEST CARD/COMPTOIR',
  issuerDigits: 6,
  paymentAccountReference: undefined,
  flaw: undefined,
  declinesOffline: false,
  issuer: APPROVES,
  expires: hex('491231'),
  offlineLimits: undefined,
  verifiesOnDevice: false,
  t0: undefined,
};

type Own = Pick<CardProfile, 'name' | 'label' | 'description' | 'number'> & Partial<CardProfile>;

/** An ordinary card but for what it says itself. */
export function catalogueCard(own: Own, ...applications: readonly ApplicationProfile[]): CardProfile {
  return { ...ORDINARY_CARD, applications, ...own };
}
