/**
 * One tap for a basket on a simulated reader, through the public SDK: what `npm start -- --basket FILE` shows.
 * The card stays at the reader: it's read first, to tell what is on it, and again afterwards, to tell what is left.
 * Floor: simulator simulation.
 */

import { type Basket, connect, type Instrument, type Money, newKey, type PayResult, type Reader } from '@comptoir/sdk';
import { seededBytes } from '#crypto/seed';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import type { PresentedCard } from '../../world/cards/presentedCard.js';
import { serialOf, simulate, type TranscriptEntry } from '../simulate.js';
import type { Step } from '../steps.js';

interface BasketSaleRequest {
  /** It has a contactless interface. */
  readonly card: PresentedCard;
  readonly basket: Basket;
  /** That the customer asks for: minor units. */
  readonly redeemPoints?: number;
  readonly target: ReaderTargetName;
  readonly seed: number;
}

/** What a gift card had before the sale, and has now. */
interface GiftCardLeft {
  readonly label: string;
  readonly before: Money;
  readonly left: Money;
}

export interface BasketSaleReport {
  readonly result: PayResult;
  readonly basket: Basket;
  /** What the card showed before anything was taken. */
  readonly onCard: readonly Instrument[];
  readonly giftCards: readonly GiftCardLeft[];
  /** Of the sale alone. */
  readonly steps: readonly Step[];
  readonly card: { readonly name: string; readonly label: string };
  readonly target: ReaderTargetName;
  readonly firmware: { readonly sha256: string };
  readonly seed: number;
  readonly transcript: readonly TranscriptEntry[];
}

/** @throws ReaderError when the card or the reader failed */
export async function makeBasketSale(request: BasketSaleRequest): Promise<BasketSaleReport> {
  const { card, basket, redeemPoints = 0, target, seed } = request;
  await using simulation = await simulate({ seed: card.seedOf(seed), serial: serialOf(seed), target });
  await using reader = await connect(simulation, simulation);
  card.introduce(simulation.authorisers);
  simulation.tap(card.card);
  const onCard = await instrumentsOn(reader);
  const stepsBefore = simulation.steps().length;
  const key = newKey('sale', 1, seededBytes(`${seed}/key`));
  const result = await reader.pay({ basket, key, redeemPoints });
  const steps = simulation.steps().slice(stepsBefore);
  const afterwards = onCard.some(isGiftCard) ? await instrumentsOn(reader) : [];
  return {
    result,
    basket,
    onCard,
    giftCards: onCard.filter(isGiftCard).flatMap((before) => leftOn(before, afterwards)),
    steps,
    card: { name: card.name, label: card.label },
    target,
    firmware: { sha256: simulation.firmwareSha256 },
    seed,
    transcript: simulation.transcript(),
  };
}

async function instrumentsOn(reader: Reader): Promise<readonly Instrument[]> {
  return (await reader.read({ accept: ['bank', 'account', 'gift', 'coupon', 'loyalty'], interfaces: 'contactless' }))
    .instruments;
}

function isGiftCard({ kind }: Instrument): boolean {
  return kind === 'gift';
}

function leftOn({ label, reference, balance: before }: Instrument, afterwards: readonly Instrument[]): GiftCardLeft[] {
  const left = afterwards.find((instrument) => instrument.reference === reference)?.balance;
  return before === undefined || left === undefined ? [] : [{ label, before, left }];
}
