/**
 * The cards by name. The name decides how a sale ends; the amount never does.
 * Floor: simulator world.
 */
import { equalBytes } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../machine/card.js';
import { APPROVES, type IssuerBehaviour } from '../banks/issuerBehaviour.js';
import { createTestPki, type TestPki } from '../pki/testPki.js';
import { cardProfiles } from './cardProfiles.js';
import { createCatalogueDynamicCard } from './dynamic/catalogueDynamicCard.js';
import { DYNAMIC_CARD } from './dynamic/dynamicProfiles.js';
import { createEmvCard } from './emv/emvCard.js';
import { t0Card } from './emv/t0Card.js';
import type { CardProfile } from './personalisation/cardProfile.js';

/** In the order of docs/reference/test-cards.md. */
export const cardNames: readonly string[] = cardProfiles.map(({ name }) => name);

export interface CreateCardOptions {
  /** Of what the card makes up itself: the same seed and the same commands give the same bytes. */
  readonly seed: number | string;
  /** By default the test PKI that the simulated reader knows. */
  readonly pki?: TestPki;
  /** Leaves only one interface of a card that has both. */
  readonly interface?: CardInterface;
  /** Whether the dynamic card shows what is left on its gift card. False: the reader asks its authoriser. Default true. */
  readonly showsGift?: boolean;
}

/** There is no card of that name. */
export class UnknownCardError extends Error {
  override readonly name = 'UnknownCardError';
  /** The names that there are. */
  readonly known: readonly string[];

  constructor(asked: string, known: readonly string[]) {
    super(`no card is called "${asked}"; there are: ${known.join(', ')}`);
    this.known = known;
  }
}

/** A new card with its counters at zero. Throws `UnknownCardError`. Quick: keys are made when the card needs them. */
export function createCard(name: string, options: CreateCardOptions): Card {
  const profile = profileOf(name);
  if (profile === DYNAMIC_CARD)
    return createCatalogueDynamicCard(
      options.seed,
      options.pki ?? createTestPki(),
      options.interface,
      undefined,
      options.showsGift,
    );
  const narrowed = profile.interface === 'both' && options.interface !== undefined;
  const used = narrowed ? { ...profile, interface: options.interface } : profile;
  return createProfileCard(used, options.seed, options.pki ?? createTestPki());
}

/** A card of any profile, with its habits. */
export function createProfileCard(profile: CardProfile, seed: number | string, pki: TestPki): Card {
  const card = createEmvCard(profile, seed, pki);
  return profile.t0 === undefined ? card : t0Card(card, profile.t0);
}

/** Throws `UnknownCardError`. */
export function profileOf(name: string): CardProfile {
  const profile = cardProfiles.find((candidate) => candidate.name === name);
  if (profile === undefined) throw new UnknownCardError(name, cardNames);
  return profile;
}

/** How the issuer of a catalogue card decides. @param number as tag 5A holds it, padded with F; a number of no card is approved */
export function issuerBehaviourOf(number: Uint8Array): IssuerBehaviour {
  return cardProfiles.find((profile) => equalBytes(profile.number, number))?.issuer ?? APPROVES;
}
