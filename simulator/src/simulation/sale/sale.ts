/**
 * One sale on a simulated reader, through the public SDK: what `npm start` shows.
 * Floor: simulator simulation.
 */

import { connect, type Money, newKey, type PayResult } from '@comptoir/sdk';
import { seededBytes } from '#crypto/seed';
import type { CardInterface } from '../../machine/card.js';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import type { PresentedCard } from '../../world/cards/presentedCard.js';
import type { Exchange } from '../../world/cards/recordedCard.js';
import { serialOf, simulate, type TranscriptEntry } from '../simulate.js';
import type { Step } from '../steps.js';
import { messagesToHost } from './messagesToHost.js';
import { receiptLines } from './receiptLines.js';
import { type Authentication, authenticationIn, type WhatLeft, whatLeft } from './whatLeft.js';

export interface SaleRequest {
  /** It has the interface. */
  readonly card: PresentedCard;
  readonly amount: Money;
  readonly interface: CardInterface;
  readonly target: ReaderTargetName;
  readonly seed: number;
  /** Gets what card and reader said, also of a sale that failed. Unmasked: it's no part of the report. */
  readonly cardTranscript?: (exchanges: readonly Exchange[]) => void;
}

export interface SaleReport {
  readonly result: PayResult;
  readonly steps: readonly Step[];
  /** Null when no card was read. */
  readonly authentication: Authentication | null;
  readonly left: WhatLeft;
  /** Lines of text. */
  readonly receipt: readonly string[];
  readonly card: { readonly name: string; readonly label: string };
  readonly interface: CardInterface;
  readonly target: ReaderTargetName;
  readonly firmware: { readonly sha256: string };
  readonly seed: number;
  readonly transcript: readonly TranscriptEntry[];
}

/** @throws ReaderError when the card or the reader failed */
export async function makeSale(request: SaleRequest): Promise<SaleReport> {
  const { card, amount, interface: used, target, seed } = request;
  await using simulation = await simulate({ seed: card.seedOf(seed), serial: serialOf(seed), target });
  await using reader = await connect(simulation, simulation);
  card.introduce(simulation.authorisers);
  if (used === 'contact') simulation.insert(card.card);
  else simulation.tap(card.card);
  const result = await reader
    .pay({ amount, key: newKey('sale', 1, seededBytes(`${seed}/key`)), interfaces: used, partial: 'allow' })
    .finally(() => request.cardTranscript?.(simulation.exchanges()));
  const left = whatLeft(messagesToHost(simulation.messages()));
  return {
    result,
    steps: simulation.steps(),
    authentication: authenticationIn(left) ?? null,
    left,
    receipt: receiptLines(result, amount),
    card: { name: card.name, label: card.label },
    interface: used,
    target,
    firmware: { sha256: simulation.firmwareSha256 },
    seed,
    transcript: simulation.transcript(),
  };
}
