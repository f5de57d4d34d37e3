/**
 * Where a card may put digits that don't belong there: the data objects that a reader asks cards for.
 * Source: EMV 4.4 Book 3 Annex A, contactless books C-2 and C-3, docs/reference/wallet-list.md.   Floor: simulator tests.
 */
import type { Base } from './hidingCard.js';

const LABEL = 0x50;
const TRACK_2 = 0x57;

export interface Place {
  /** Tag of the card's data object. */
  readonly tag: number;
  /** Bytes that the object has when it's right. Undefined: any. */
  readonly size?: number;
  /** What fills it up to `size`, before or behind the digits. */
  readonly filling: 'zeros' | 'letters';
  /** Beside which object it's put when an answer doesn't hold it: the label, or track 2. Undefined: it's only replaced. */
  readonly beside?: typeof LABEL | typeof TRACK_2;
  /** Put only in the answer of a card without records, which would have it there: twice is a fault. */
  readonly isInRecords?: boolean;
  /** Only of these cards. Default: of all. */
  readonly of?: readonly Base[];
  /** Only in the list of the wallet. */
  readonly isInWallet?: boolean;
  /** How often it's drawn. The objects that readers show to a host come often. */
  readonly weight: number;
}

const bytes = { filling: 'zeros', beside: TRACK_2, weight: 3 } as const;
/** In answers of every card. */
const there = { filling: 'zeros', weight: 3 } as const;
const letters = { filling: 'letters', beside: LABEL, weight: 6 } as const;
/** What no reader shows, or what it makes itself: a card that sends it must not be believed. */
const unseen = { ...bytes, weight: 1 } as const;
const wallet = { isInWallet: true, of: ['dynamic'], weight: 30 } as const;

export const PLACES = {
  '50 label': { ...letters, tag: 0x50 },
  '9F12 preferred name': { ...letters, tag: 0x9f12 },
  '5F2D languages': { ...letters, tag: 0x5f2d },
  '9F24 PAR': { ...letters, tag: 0x9f24, size: 29, beside: TRACK_2, isInRecords: true },
  '84 AID': { ...there, tag: 0x84, of: ['kernel 2', 'kernel 3'], weight: 6 },
  '9F10 issuer application data': { ...there, tag: 0x9f10, size: 32, weight: 6 },
  '9F26 cryptogram': { ...there, tag: 0x9f26, size: 8, weight: 6 },
  '9F36 counter': { ...there, tag: 0x9f36, size: 2 },
  '9F6E form factor': { ...bytes, tag: 0x9f6e, weight: 6 },
  '9F19 token requestor': { ...bytes, tag: 0x9f19, size: 6, weight: 6 },
  '8E CVM list': { ...bytes, tag: 0x8e, size: 12, isInRecords: true, weight: 6 },
  '9F6C card qualifiers': { ...bytes, tag: 0x9f6c, size: 2 },
  '5F34 sequence number': { ...there, tag: 0x5f34, size: 1 },
  '5F28 country': { ...bytes, tag: 0x5f28, size: 2, isInRecords: true },
  '82 AIP': { ...there, tag: 0x82, size: 2 },
  '9F27 cryptogram information': { ...there, tag: 0x9f27, size: 1, weight: 1 },
  '9F5A identifier': { ...unseen, tag: 0x9f5a },
  '9F7C customer data': { ...unseen, tag: 0x9f7c },
  '9F5D available amount': { ...unseen, tag: 0x9f5d, size: 6 },
  '5F20 name': { ...unseen, tag: 0x5f20 },
  '5F24 expiry': { ...unseen, tag: 0x5f24, size: 3 },
  '9F0B longer name': { ...unseen, tag: 0x9f0b },
  '9F1F discretionary data': { ...unseen, tag: 0x9f1f },
  '5F50 issuer address': { ...unseen, tag: 0x5f50, filling: 'letters' },
  '9F4D log entry': { ...unseen, tag: 0x9f4d, beside: LABEL },
  '95 TVR': { ...unseen, tag: 0x95, size: 5 },
  '9B TSI': { ...unseen, tag: 0x9b, size: 2 },
  '9F02 amount': { ...unseen, tag: 0x9f02, size: 6 },
  '9F37 unpredictable number': { ...unseen, tag: 0x9f37, size: 4 },
  '9F34 CVM results': { ...unseen, tag: 0x9f34, size: 3 },
  '9F1E reader serial': { ...unseen, tag: 0x9f1e, size: 8, filling: 'letters' },
  '9F5B script results': { ...unseen, tag: 0x9f5b },
  '8A response code': { ...unseen, tag: 0x8a, size: 2, filling: 'letters' },
  'DF0C EMV data': { ...unseen, tag: 0xdf0c },
  'wallet label': { ...wallet, tag: 0x50, filling: 'letters' },
  'wallet balance': { ...wallet, tag: 0xca, size: 6, filling: 'zeros', weight: 10 },
  'wallet points': { ...wallet, tag: 0xd7, size: 6, filling: 'zeros', weight: 10 },
  'wallet currency': { ...wallet, tag: 0xc9, size: 3, filling: 'letters', weight: 3 },
  'wallet profile': { ...wallet, tag: 0xc0, filling: 'zeros', weight: 5 },
  'wallet AID': { ...wallet, tag: 0x4f, filling: 'zeros', weight: 10 },
} as const satisfies Readonly<Record<string, Place>>;

export type PlaceName = keyof typeof PLACES;

export function placeOf(name: PlaceName): Place {
  return PLACES[name];
}

export function placesOf(base: Base): readonly PlaceName[] {
  return (Object.keys(PLACES) as PlaceName[]).filter((name) => placeOf(name).of?.includes(base) ?? true);
}

/** Pairs of which the one stands right behind the other in a message, with nothing of the card between them. */
const SIDE_BY_SIDE: readonly (readonly [PlaceName, PlaceName])[] = [
  ['84 AID', '9F36 counter'],
  ['9F36 counter', '9F26 cryptogram'],
  ['9F26 cryptogram', '9F24 PAR'],
];

/** Whether a message shows two places one after the other, in this order. */
export function standTogether([first, second]: readonly PlaceName[]): boolean {
  return SIDE_BY_SIDE.some(([before, after]) => before === first && after === second);
}
