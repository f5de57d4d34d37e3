/**
 * A card that works, with true cryptograms, and whose answers hold what somebody planted in them.
 * Floor: simulator tests.
 */
import { concatBytes, type DataObject, dataObject, decodeTlv, encodeTlv, latin1ToBytes } from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import type { Card } from '../../src/machine/card.js';
import { hex, mastercard, ORDINARY_CARD, visa } from '../../src/world/cards/applicationProfiles.js';
import { createProfileCard } from '../../src/world/cards/catalogue.js';
import { accountKeys } from '../../src/world/cards/dynamic/accountKeys.js';
import { bankApplicationObjects } from '../../src/world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../src/world/cards/dynamic/cardMaking.js';
import {
  DYNAMIC_ACCOUNT,
  FIRST_GIFT,
  SHOP_PROFILES,
  walletProfileOf,
} from '../../src/world/cards/dynamic/dynamicProfiles.js';
import { issuedCard } from '../../src/world/cards/dynamic/issuedCard.js';
import { createDynamicCard } from '../../src/world/cards/dynamic/softwareDynamicCard.js';
import type { ApplicationProfile, CardProfile } from '../../src/world/cards/personalisation/cardProfile.js';
import { createTestPki } from '../../src/world/pki/testPki.js';
import type { Place } from './places.js';

/** Which kernel reads it on contactless, or the dynamic card, whose bank application is kernel 3's. */
export type Base = 'kernel 2' | 'kernel 3' | 'dynamic';

export interface Planted {
  readonly place: Place;
  readonly value: Uint8Array;
}

export interface HidingCardOptions {
  readonly base: Base;
  /** Digits. */
  readonly number: string;
  /** Whether it has certificates: what they cover can't be changed without a trace then. */
  readonly isAuthentic: boolean;
  readonly planted: readonly Planted[];
}

const TAG_77_FORMAT_2 = 0x77;
const TAG_84_AID = 0x84;
const TAG_9F11_CODE_TABLE = 0x9f11;
const TAG_9F12_PREFERRED_NAME = 0x9f12;
const TAG_4F_AID = 0x4f;
const STATUS_BYTES = 2;
const AID_BYTES_MAX = 16;
const pki = createTestPki();

export function hidingCard(options: HidingCardOptions): Card {
  const card = options.base === 'dynamic' ? dynamicCard(options) : emvCard(options);
  const planted = options.planted.filter(({ place }) => place.tag !== TAG_84_AID);
  const inWallet = planted.filter(({ place }) => place.isInWallet === true);
  const elsewhere = planted.filter(({ place }) => place.isInWallet !== true);

  function withPlanted(object: DataObject): DataObject {
    if (object.tag === wallet.TAG_E1_WALLET_PROFILE)
      return isListed(object, inWallet) ? replaced(object, inWallet) : object;
    const hasRecords = options.isAuthentic || object.tag !== TAG_77_FORMAT_2;
    const missing = elsewhere.filter(
      ({ place }) => !holds(object, place.tag) && !(hasRecords && place.isInRecords === true),
    );
    return missing.reduce(added, replaced(object, elsewhere));
  }
  return {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      if (response === undefined || response.length <= STATUS_BYTES) return response;
      const decoded = decodeTlv(response.subarray(0, -STATUS_BYTES));
      if (!decoded.ok) return response;
      return concatBytes(encodeTlv(...decoded.objects.map(withPlanted)), response.subarray(-STATUS_BYTES));
    },
  };
}

/** The gift card of the wallet; the account, of a place that a gift card doesn't have. */
function isListed(profile: DataObject, planted: readonly Planted[]): boolean {
  const kind = profile.children?.find(({ tag }) => tag === wallet.TAG_C1_PROFILE_KIND)?.value[0];
  const isAid = planted.some(({ place }) => place.tag === TAG_4F_AID);
  return kind === (isAid ? wallet.KIND_ACCOUNT : wallet.KIND_GIFT);
}

function replaced(object: DataObject, planted: readonly Planted[]): DataObject {
  const { tag, children } = object;
  if (children !== undefined) return { ...object, children: children.map((child) => replaced(child, planted)) };
  const value = planted.find(({ place }) => place.tag === tag)?.value;
  return value === undefined ? object : dataObject(tag, value);
}

/** Into each template that holds the object that it stands beside. */
function added(object: DataObject, planted: Planted): DataObject {
  const { tag, beside } = planted.place;
  if (object.children === undefined || object.tag === wallet.TAG_E1_WALLET_PROFILE) return object;
  const children = object.children.map((child) => added(child, planted));
  // A terminal shows a preferred name whose characters it is told to know.
  const table = tag === TAG_9F12_PREFERRED_NAME ? [dataObject(TAG_9F11_CODE_TABLE, Uint8Array.of(1))] : [];
  const isHere = children.some((child) => child.tag === beside);
  return { ...object, children: isHere ? [...children, ...table, dataObject(tag, planted.value)] : children };
}

function holds({ tag, children = [] }: DataObject, sought: number): boolean {
  return tag === sought || children.some((child) => holds(child, sought));
}

function emvCard({ base, number, isAuthentic, planted }: HidingCardOptions): Card {
  const network = base === 'kernel 2' ? mastercard : visa;
  // Format 1 has no data objects, so nothing could be planted in it.
  const application = network({ responseFormat: 2, ...(isAuthentic ? {} : { authentication: 'none' }) });
  return createProfileCard(profileOf(number, withAid(application, planted)), 1, pki);
}

/** Not planted in answers: the terminal selects by it. Behind a name that the terminal takes, the rest is the card's. */
function withAid(application: ApplicationProfile, planted: readonly Planted[]): ApplicationProfile {
  const suffix = planted.find(({ place }) => place.tag === TAG_84_AID)?.value;
  if (suffix === undefined) return application;
  return { ...application, aid: concatBytes(application.aid, suffix).slice(0, AID_BYTES_MAX) };
}

function profileOf(number: string, application: ApplicationProfile): CardProfile {
  return {
    ...ORDINARY_CARD,
    name: 'hiding',
    label: 'Hiding card',
    description: 'puts its number where it does not belong',
    number: hex(number.length % 2 === 0 ? number : `${number}F`),
    paymentAccountReference: 'V0010013820210119000000000001',
    applications: [application],
  };
}

/** The catalogue's dynamic card with a bank application of that number. */
function dynamicCard({ number, isAuthentic }: HidingCardOptions): Card {
  const made = makeCard('hiding');
  const application = visa({ label: 'VISA DEBIT', ...(isAuthentic ? {} : { authentication: 'none' }) });
  const card = createDynamicCard({ name: 'hiding', made, seed: 'hiding' });
  return issuedCard(card, () => {
    const [operator, bank, shop] = [ISSUERS.operator, ISSUERS.bank, ISSUERS.shop].map((position) =>
      createCardIssuer(made, made.issuerKeys(position)),
    ) as [Issuer, Issuer, Issuer];
    const objects = bankApplicationObjects(bank, profileOf(number, application), application, pki);
    const account = accountKeys('account', DYNAMIC_ACCOUNT, made.identifier);
    return [
      bank.putBank(walletProfileOf(application, 'main'), objects, number.slice(-4)),
      operator.putProfile({ ...ACCOUNT, label: latin1ToBytes('ACCOUNT') }, account),
      ...SHOP_PROFILES.map(([name, label, rest], at) =>
        shop.putProfile(
          { id: latin1ToBytes(name), activation: wallet.ACTIVATED, label: latin1ToBytes(label), ...rest },
          accountKeys(name, FIRST_GIFT + at, made.identifier),
        ),
      ),
    ];
  });
}

type Issuer = ReturnType<typeof createCardIssuer>;

const ACCOUNT = {
  id: latin1ToBytes('account'),
  kind: wallet.KIND_ACCOUNT,
  activation: wallet.ACTIVATED,
  aid: wallet.ACCOUNT_AID,
  priority: 3,
  currency: 'EUR',
} as const;
