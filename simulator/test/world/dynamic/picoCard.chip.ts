/** The dynamic card's image on the emulated chip, with readers that hold their field to it. */
import { readFileSync } from 'node:fs';
import { NO_BYTES, toHex } from '@comptoir/protocol';
import { connect, newKey } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { Chip } from '../../../src/machine/chip/chip.js';
import { bootChip } from '../../../src/machine/targets/bootedChip.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { createPicoVectorEngine } from '../../../src/trials/replay/picoVectors.js';
import { createScenarioCard } from '../../../src/trials/replay/scenarioCard.js';
import { type ScenarioCard, walletListOf } from '../../../src/trials/replay/selectionWallet.js';
import {
  cartesBancaires,
  interacLike,
  mastercard,
  OTHER_KEYS,
  visa,
} from '../../../src/world/cards/applicationProfiles.js';
import type { AuthenticationMethod } from '../../../src/world/cards/describeCards.js';
import { bankApplicationObjects } from '../../../src/world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../src/world/cards/dynamic/catalogueDynamicCard.js';
import {
  DYNAMIC_CARD,
  DYNAMIC_SECOND_ACCOUNT,
  dynamicCardObjects,
  walletProfileOf,
} from '../../../src/world/cards/dynamic/dynamicProfiles.js';
import { issuedCard } from '../../../src/world/cards/dynamic/issuedCard.js';
import { createPicoCard } from '../../../src/world/cards/dynamic/picoCard.js';
import type { DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import { listWallet } from '../../../src/world/cards/dynamic/walletReader.js';
import type { ApplicationProfile } from '../../../src/world/cards/personalisation/cardProfile.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { authenticate } from '../cards/cardsAuthentication.js';
import * as terminal from '../cards/cardsTerminal.js';
import { expectAgreement, tap } from './dynamicTears.js';
import { listProfiles, openWallet, SELECT_CRS, SELECT_PPSE, SHOP, swOf } from './dynamicTerminal.js';
import { newLedger, type Sale } from './dynamicTill.js';

const TIMEOUT_MS = 900_000;
const pki = createTestPki();
const { segments, sha256 } = loadPicoImage('comptoir-card');
/** Starts with another flash each time aren't worth keeping in files. */
const image = { segments, sha256 };
const amount = { minor: 1250, currency: 'EUR' };

const made = makeCard(1);
const bare = createPicoCard({ image: loadPicoImage('comptoir-card'), name: 'dynamic', made, seed: 1 });
/** Everything that the catalogue's card holds, put there by commands. */
const issued = issuedCard(bare, () => dynamicCardObjects(made, pki));
const copied = (): DynamicCard => issued.copy();

function cardWith(application: ApplicationProfile): DynamicCard {
  const blank = makeCard('bank');
  const card = createPicoCard({ image, name: 'bank', made: blank, seed: 1 });
  const profile = application.network === 'mastercard' ? DYNAMIC_SECOND_ACCOUNT : DYNAMIC_CARD;
  return issuedCard(card, () => {
    const issuer = createCardIssuer(blank, blank.issuerKeys(ISSUERS.bank));
    const objects = bankApplicationObjects(issuer, profile, application, pki);
    return [issuer.putBank(walletProfileOf(application, 'g'), objects, '0000')];
  });
}

const variants: readonly (readonly [string, ApplicationProfile, AuthenticationMethod])[] = [
  ['Visa', visa(), 'fDDA'],
  ['Visa, other keys', visa({ ...OTHER_KEYS, authentication: 'DDA', relatedDataIn: 'record' }), 'fDDA'],
  ['Visa that signs nothing', visa({ authentication: 'none' }), 'none'],
  ['Mastercard', mastercard(), 'CDA'],
  ['Mastercard with other keys', mastercard(OTHER_KEYS), 'CDA'],
  ['CB', cartesBancaires(), 'fDDA'],
  ['Interac-like', interacLike(), 'CDA'],
];

describe('a bank application on the chip', { timeout: TIMEOUT_MS }, () => {
  test.each(variants)('%s is read and authenticated as that of any card', (_, application, method) => {
    const card = cardWith(application);
    const reading = terminal.readApplication(card, 'contactless', toHex(application.aid));
    expect(authenticate(card, 'contactless', method, reading)).toBe('ok');
  });

  test.each(['node', 'quickjs', 'pico'] as const)('a tap ends approved, with a reader on %s', async (target) => {
    await using simulation = await simulate({ seed: 1, target });
    await using till = await connect(simulation, simulation);
    simulation.tap(copied());
    const result = await till.pay({ amount, key: newKey('sale'), interfaces: 'contactless' });
    expect(result.status).toBe('approved');
  });
});

describe('the wallet on the chip', { timeout: TIMEOUT_MS }, () => {
  test('PPSE and wallet list are those of the card in software', () => {
    const [chip, software] = [copied(), createCatalogueDynamicCard(1, pki)];
    const seen = [chip, software].map((card) => {
      card.powerOn('contactless');
      const ppse = toHex(terminal.send(card, SELECT_PPSE).data);
      openWallet(card);
      return { ppse, profiles: listProfiles(card).map(toHex), shown: card.shown() };
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  test('the button chooses what pays, and the choice survives the loss of power', () => {
    const card = copied();
    card.wait(3001);
    card.press(100);
    card.press(100);
    expect(card.shown()).toEqual({ label: 'ACCOUNT', digits: '' });
    card.losePower();
    card.wait(0);
    expect(card.shown()).toEqual({ label: 'ACCOUNT', digits: '' });
    card.press(2500);
    card.powerOn('contactless');
    terminal.send(card, SELECT_CRS);
    expect(swOf(card, '80F24000024F0000')).toBe('9000');
  });

  test('what is no command of its own is refused, and the card goes on', () => {
    const card = copied();
    card.powerOn('contactless');
    for (const [command, sw] of [
      ['', '6700'],
      ['00', '6700'],
      [`00A40400FF${'00'.repeat(255)}00`, '6700'],
      ['FF'.repeat(300), '6700'],
    ] as const)
      expect(toHex(card.transmit(terminal.bytes(command)) ?? NO_BYTES)).toBe(sw);
    expect(swOf(card, SELECT_PPSE)).toBe('9000');
  });
});

test('as it was flashed, with the record of the development model, it starts', { timeout: TIMEOUT_MS }, () => {
  const chip = new Chip({ image: segments });
  bootChip(chip, { noise: 'none', readyLine: 'comptoir-card ready', folder: undefined });
  expect(chip.fault).toBeUndefined();
});

/** Coupons, gift card, online account, several bank accounts; one that is refused. */
const SCENARIOS: readonly string[] = ['sel-05', 'sel-09', 'sel-13', 'sel-17', 'sel-26'];

interface Tenders {
  readonly outcome: string;
  readonly due: number;
  readonly tenders: readonly { readonly profile: string; readonly kind: string; readonly amount: number }[];
}
interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly card: ScenarioCard;
  readonly merchant: { readonly id: string };
  readonly expected: Tenders;
}

const file = readFileSync(new URL('../../../../test-vectors/selection.json', import.meta.url), 'utf8');
const { scenarios: all } = JSON.parse(file) as { readonly scenarios: readonly Scenario[] };
const scenarios = all.filter(({ id }) => SCENARIOS.includes(id));

describe('selection, with both ends on chips', { timeout: TIMEOUT_MS }, () => {
  const vectors = createPicoVectorEngine(loadPicoImage('comptoir-vectors'));
  test.each(scenarios.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    '%s %s',
    async (_id, _title, scenario) => {
      const card = createScenarioCard(scenario.card, (options) => createPicoCard({ ...options, image }));
      card.powerOn('contactless');
      const listed = listWallet(card, scenario.merchant.id);
      const wallet = { profiles: listed.profiles.map(toHex), preferences: toHex(listed.preferences) };
      expect(wallet).toEqual(walletListOf(scenario.card));
      const { expected, ...input } = scenario;
      const answer = await vectors.run('selection', { ...input, wallet });
      if (answer.kind !== 'actual') throw new Error(JSON.stringify(answer));
      const { outcome, tenders, due } = answer.actual as Tenders;
      expect(outcome).toBe(expected.outcome);
      expect(due).toBe(expected.due);
      expect(tenders.map(({ profile, kind, amount: taken }) => ({ profile, kind, amount: taken }))).toEqual(
        expected.tenders,
      );
    },
  );
});

const SALE: Sale = { sale: 'sale-1', gift: 1000, usesCoupon: true, isApproved: true };
const GIFT = 2500;
/** Each so many operations of the flash, clean and torn in turns. */
const EACH = 2;

test('power lost at operations of the flash of one sale in two phases: card and authoriser agree at the next tap', {
  timeout: TIMEOUT_MS,
}, () => {
  const whole = copied() as DynamicCard;
  whole.powerOn('contactless');
  whole.powerOff();
  const before = whole.writes();
  tap(whole, newLedger(GIFT), SALE, undefined);
  const operations = whole.writes() - before;
  expect(operations).toBeGreaterThan(8);
  let outcomes = '';
  for (let at = 1; at <= operations; at += EACH) {
    const card = copied();
    card.powerOn('contactless');
    card.powerOff();
    const ledger = newLedger(GIFT);
    tap(card, ledger, SALE, { kind: at % (2 * EACH) === 1 ? 'clean' : 'torn', at });
    expectAgreement(card, ledger);
    tap(card, ledger, { ...SALE, sale: 'sale-2', usesCoupon: false }, undefined);
    expect(ledger.gift).toBe(ledger.standing.size === 2 ? 500 : 1500);
    expectAgreement(card, ledger);
    outcomes += ledger.standing.size;
  }
  expect(outcomes).toMatch(/^1+2+$/);
});

test('a reader without the keys of the scheme gets nothing that is for a merchant', { timeout: TIMEOUT_MS }, () => {
  const card = copied();
  card.powerOn('contactless');
  expect(() => listWallet({ ...card, transmit: (command) => card.transmit(wrongMac(command)) }, SHOP)).toThrow();
  expect(swOf(card, '80CA010000')).not.toBe('9000');
});

/** AUTH READER with one bit changed. */
function wrongMac(command: Uint8Array): Uint8Array {
  if (command[1] !== 0x82) return command;
  const changed = command.slice();
  changed[5 + 8 + 16] = (changed[5 + 8 + 16] as number) ^ 1;
  return changed;
}
