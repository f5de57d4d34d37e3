/**
 * A checkout under way: what it was asked, what the card showed, and what became of each tender so far.
 * Floor: session.
 */
import { type Message, NO_BYTES, OUTCOME, type TemplateContent } from '@comptoir/protocol';
import type { Combination } from '../../emv/contactless/entryPoint.js';
import type { FileControlInformation } from '../../emv/fileControlInformation.js';
import type { Card } from '../../selection/card.js';
import type { MerchantPolicy } from '../../selection/merchantPolicy.js';
import type { Tender } from '../../selection/selection.js';
import { clearLabel } from '../../token/clearFields.js';
import type { CheckedMessage, Leaving, LeavingItem } from '../../token/door.js';
import type { Interruption } from '../command.js';
import type { Configuration } from '../configuration.js';
import { OUTCOME_OF, REASON_OF } from '../presentCard.js';
import type { SessionContext } from '../sessionContext.js';
import { referenceOf } from './instrument.js';

export type TenderRow = LeavingItem<TemplateContent<'tender'>>;
/** What an authoriser's answer, or the card, says of a tender beside its amount. */
export type TenderFacts = Pick<
  TenderRow,
  'applicationIdentifier' | 'maskedNumber' | 'responseCode' | 'authorisationCode'
>;

export interface Selected {
  readonly profile: number;
  /** Of a bank application. */
  readonly combination?: Combination;
  readonly application?: FileControlInformation;
}

export interface Tap {
  readonly session: SessionContext;
  readonly configuration: Configuration;
  readonly request: Message<'checkout'>;
  readonly policy: MerchantPolicy;
  readonly card: Card;
  readonly combinations: readonly Combination[];
  /** DF77: what card and authorisers call the sale, by its latest plan. */
  saleKey: Uint8Array;
  /** By position on the card. */
  readonly facts: Map<number, TenderFacts>;
  /** Something is reserved on the card by this plan. */
  hasPrepared: boolean;
  /** The card didn't let go of an earlier plan: the next tap ends it. */
  isCardBehind: boolean;
  /** The host was asked for something that it must undo when the sale is void. */
  hasAsked: boolean;
  /** The wallet is the selected application. */
  isWalletSelected: boolean;
  selected: Selected | undefined;
}

/** A question whose answer never came, or a card that went: the sale ends here. */
export type Stopped = { readonly kind: 'stopped'; readonly by: Interruption; readonly isOpen: boolean };

export function stopped(by: Interruption, isOpen = false): Stopped {
  return { kind: 'stopped', by, isOpen };
}

export function rowsOf({ session, card, facts }: Tap, tenders: readonly Tender[]): TenderRow[] {
  return tenders.map(({ profile, amount, rules }) => {
    const { id, kind = 0, label = NO_BYTES } = card.profiles[profile] ?? {};
    const reference = id && referenceOf(session.board.secure, id);
    return {
      profileKind: kind,
      label: clearLabel(label),
      amount,
      rules: new Uint8Array(rules),
      ...(reference !== undefined && { reference }),
      ...facts.get(profile),
    };
  });
}

/** Nothing taken, all due; the others say how it ended. */
export function nothingTaken(
  { key, amount, currency }: Message<'checkout'>,
  outcome: number,
  more: Partial<Leaving<'tenders'>> = {},
): Leaving<'tenders'> {
  return { kind: 'tenders', key, amount, currency, due: amount, rejection: 0, tenders: [], ...more, outcome };
}

/** Through the door: a message that would show a number keeps what was taken, and nothing that the card wrote. */
export function checkedTenders({ door }: SessionContext, whole: Leaving<'tenders'>): CheckedMessage<'tenders'> {
  const { notUsed, selectionRecord, ...kept } = whole;
  const tenders = kept.tenders.map(({ profileKind, amount, rules }) => ({ profileKind, label: '', amount, rules }));
  return door.checkOneOf<'tenders'>(whole, { ...kept, tenders });
}

export function interruptedOutcome(by: Interruption): { readonly outcome: number; readonly reason?: string } {
  const reason = REASON_OF[by];
  return { outcome: OUTCOME[OUTCOME_OF[by]], ...(reason !== undefined && { reason }) };
}
