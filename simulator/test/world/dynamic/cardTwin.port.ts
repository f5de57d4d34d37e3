/**
 * The dynamic card's script in the port's engine, above the port's glue and cryptography, once as built and once under
 * AddressSanitizer and UndefinedBehaviorSanitizer: it reads and pays as on target `node`.
 */
import { toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { cardTarget } from '../../../../firmware/port/test/cardTarget.js';
import type { TwinKind } from '../../../../firmware/port/test/hostTarget.js';
import type { CardInterface } from '../../../src/machine/card.js';
import { cartesBancaires, mastercard, OTHER_KEYS, visa } from '../../../src/world/cards/applicationProfiles.js';
import type { AuthenticationMethod } from '../../../src/world/cards/describeCards.js';
import { bankApplicationObjects } from '../../../src/world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../src/world/cards/dynamic/catalogueDynamicCard.js';
import {
  DYNAMIC_CARD,
  DYNAMIC_SECOND_ACCOUNT,
  walletProfileOf,
} from '../../../src/world/cards/dynamic/dynamicProfiles.js';
import { issuedCard } from '../../../src/world/cards/dynamic/issuedCard.js';
import { createDynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import type { ApplicationProfile } from '../../../src/world/cards/personalisation/cardProfile.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { authenticate } from '../cards/cardsAuthentication.js';
import * as terminal from '../cards/cardsTerminal.js';
import { expectAgreement, type Tear, tap } from './dynamicTears.js';
import { listProfiles, openWallet, SELECT_PPSE } from './dynamicTerminal.js';
import { newLedger, type Sale } from './dynamicTill.js';

const kinds: readonly TwinKind[] = ['host', 'host-sanitized'];
const pki = createTestPki();
const GIFT = 2500;
const SALE: Sale = { sale: 'sale-1', gift: 1000, usesCoupon: true, isApproved: true };

const variants: readonly (readonly [string, ApplicationProfile, CardInterface, AuthenticationMethod])[] = [
  ['Visa', visa(), 'contactless', 'fDDA'],
  ['Visa', visa(), 'contact', 'CDA'],
  [
    'Visa with DDA, other keys',
    visa({ ...OTHER_KEYS, authentication: 'DDA', relatedDataIn: 'record' }),
    'contact',
    'DDA',
  ],
  ['Visa that signs nothing', visa({ authentication: 'none' }), 'contact', 'none'],
  ['Mastercard', mastercard(), 'contactless', 'CDA'],
  ['Mastercard with other keys', mastercard(OTHER_KEYS), 'contact', 'CDA'],
  ['CB', cartesBancaires(), 'contactless', 'fDDA'],
];

describe.each(kinds)('%s', (kind) => {
  test.each(variants)('%s, %#: read and authenticated', async (_, application, on, method) => {
    const made = makeCard('bank');
    const target = cardTarget(kind, made.keys);
    const card = issuedCard(createDynamicCard({ name: 'twin', made, seed: 1, load: target.load }), () => {
      const issuer = createCardIssuer(made, made.issuerKeys(ISSUERS.bank));
      const profile = application.network === 'mastercard' ? DYNAMIC_SECOND_ACCOUNT : DYNAMIC_CARD;
      const objects = bankApplicationObjects(issuer, profile, application, pki);
      return [issuer.putBank(walletProfileOf(application, 'g'), objects, '0000')];
    });
    const reading = terminal.readApplication(card, on, toHex(application.aid));
    expect(authenticate(card, on, method, reading)).toBe('ok');
    card.losePower();
    await Promise.resolve(); // `losePower` frees the engine when its caller has returned
    await target.all();
  });

  test('the whole wallet is listed as on target node, the button chooses, and a torn sale ends as it must', async () => {
    const target = cardTarget(kind, makeCard(1).keys);
    const issued = createCatalogueDynamicCard(1, pki, 'both', target.load);
    const seen = [issued, createCatalogueDynamicCard(1, pki)].map((card) => {
      card.powerOn('contactless');
      const ppse = toHex(terminal.send(card, SELECT_PPSE).data);
      openWallet(card);
      const profiles = listProfiles(card).map(toHex);
      card.powerOff();
      card.wait(4000);
      card.press(100);
      card.press(100);
      return { ppse, profiles, shown: card.shown() };
    });
    expect(seen[0]).toEqual(seen[1]);
    const tears: readonly (Tear | undefined)[] = [
      undefined,
      { kind: 'answer', at: 6 },
      { kind: 'torn', at: 2 },
      { kind: 'clean', at: 4 },
    ];
    for (const tear of tears) {
      const card = issued.copy();
      const ledger = newLedger(GIFT);
      tap(card, ledger, SALE, tear);
      expectAgreement(card, ledger);
      card.losePower();
    }
    issued.losePower();
    await Promise.resolve();
    await target.all();
  });
});
