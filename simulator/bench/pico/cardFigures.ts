/**
 * The figures of the dynamic card's image that come out the same in each run: instructions, bytes. Two bank applications are put on
 * it by its issuer's commands; then a reader in software takes a payment with each.
 */
import { readFileSync } from 'node:fs';
import { connect, keyFrom, money } from '@comptoir/sdk';
import type { Chip } from '../../src/machine/chip/chip.js';
import { repositoryFile } from '../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../src/machine/targets/picoImages.js';
import { simulate } from '../../src/simulation/simulate.js';
import { mastercard, visa } from '../../src/world/cards/applicationProfiles.js';
import { bankApplicationObjects } from '../../src/world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../src/world/cards/dynamic/cardMaking.js';
import {
  DYNAMIC_CARD,
  DYNAMIC_SECOND_ACCOUNT,
  walletProfileOf,
} from '../../src/world/cards/dynamic/dynamicProfiles.js';
import { issuedCard } from '../../src/world/cards/dynamic/issuedCard.js';
import { createPicoCard } from '../../src/world/cards/dynamic/picoCard.js';
import type { DynamicCard } from '../../src/world/cards/dynamic/softwareDynamicCard.js';
import type { ApplicationProfile } from '../../src/world/cards/personalisation/cardProfile.js';
import { recordedCard } from '../../src/world/cards/recordedCard.js';
import { createTestPki } from '../../src/world/pki/testPki.js';
import { airNanos } from './airTime.js';
import { type Counted, countedSince, countsOf, type Start, type Tap } from './benchReader.js';
import { elfSymbols } from './elfSymbols.js';
import { imageBytes, stackPeak, wordAt } from './picoFigures.js';

const SEED = 'bench';
const PROGRAM = 'firmware/port/build/pico/comptoir-card-A.elf';
const IMAGE = 'comptoir-card';

export interface CardFigures {
  readonly imageBytes: number;
  /** Boot stage and start of the script, with nothing on the card, until it waits for a reader. */
  readonly boot: Start;
  readonly heapAtReadyBytes: number;
  /** An issuer's objects included. */
  readonly heapPeakBytes: number;
  readonly stackPeakBytes: number;
  /** Of one application that an issuer puts there: its signature is checked. */
  readonly put: Counted;
  readonly tapFdda: Tap;
  readonly tapCda: Tap;
}

export async function measureCard(): Promise<CardFigures> {
  const made = makeCard(SEED);
  const card = createPicoCard({ image: loadPicoImage(IMAGE), name: SEED, made, seed: SEED });
  const { chip } = card;
  const program = repositoryFile(PROGRAM);
  const watched = {
    chip,
    symbols: program === undefined ? new Map<string, number>() : elfSymbols(readFileSync(program)),
  };
  card.wait(0);
  const boot = { ...countsOf(chip), nanos: chip.nanos() };
  const heapAtReadyBytes = wordAt(watched, 'used');
  const issuer = createCardIssuer(made, made.issuerKeys(ISSUERS.bank));
  const pki = createTestPki();
  const putApplication = (application: ApplicationProfile): Uint8Array => {
    const profile = application.network === 'mastercard' ? DYNAMIC_SECOND_ACCOUNT : DYNAMIC_CARD;
    return issuer.putBank(
      walletProfileOf(application, SEED),
      bankApplicationObjects(issuer, profile, application, pki),
      '',
    );
  };
  const applications = [visa({ priority: 1 }), mastercard({ priority: 2 })] as const;
  let objects = 0;
  const issued = issuedCard({ ...card, losePower: () => undefined }, () => {
    const all = applications.map(putApplication);
    objects = all.length;
    return all;
  });
  issued.powerOn('contactless');
  const putAll = countedSince(chip, boot);
  const put = {
    instructions: Math.round(putAll.instructions / objects),
    cycles: Math.round(putAll.cycles / objects),
  };
  const heapOfIssuing = wordAt(watched, 'peak');
  card.losePower();
  const tapFdda = await tapOf(card, chip, 'VISA');
  // The other one is chosen: it's what a reader sees first.
  card.wait(4_000);
  card.press(100);
  card.press(100);
  const tapCda = await tapOf(card, chip, 'MASTERCARD');
  return {
    imageBytes: imageBytes(IMAGE),
    boot,
    heapAtReadyBytes,
    heapPeakBytes: Math.max(heapOfIssuing, wordAt(watched, 'peak')),
    stackPeakBytes: stackPeak(watched),
    put,
    tapFdda,
    tapCda,
  };
}

/** From the reader's field to the answer to its last command, as the card sees it. The reader's own work isn't counted. */
async function tapOf(card: DynamicCard, chip: Chip, name: string): Promise<Tap> {
  await using simulation = await simulate({ seed: SEED });
  await using till = await connect(simulation, simulation);
  const recorded = recordedCard(card);
  card.powerOn('contactless');
  card.powerOff();
  const before = countsOf(chip);
  simulation.tap(recorded);
  const result = await till.pay({ amount: money(1250, 'EUR'), key: keyFrom(name), interfaces: 'contactless' });
  if (result.status !== 'approved') throw new Error(`the payment with ${name} is ${result.status}`);
  return {
    ...countedSince(chip, before),
    apdus: recorded.exchanges.length,
    airNanos: airNanos(recorded.exchanges),
  };
}
