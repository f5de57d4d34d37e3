/**
 * A basket's tap under way: what it was asked, what the card showed, and what became of each tender so far.
 * Floor: commands.
 */
import { type Message, NO_BYTES, OUTCOME } from '@comptoir/protocol';
import type { FileControlInformation } from '../../emv/applicationSelection/fileControlInformation.js';
import type { Combination } from '../../emv/contactless/entryPoint.js';
import type { Card } from '../../selection/card.js';
import type { MerchantPolicy } from '../../selection/merchantPolicy.js';
import type { Tender } from '../../selection/selection.js';
import { clearLabel } from '../../token/clearFields.js';
import { OUTCOME_OF, REASON_OF } from '../card/presentCard.js';
import type { Configuration } from '../configuration/configuration.js';
import type { Interruption } from '../shared/command.js';
import type { TenderRow } from '../shared/paymentResult.js';
import type { ReaderState } from '../shared/readerState.js';
import { referenceOf } from './instrument.js';

/** A `pay` for the basket that was sent before it. */
export type BasketPay = Message<'pay'> & {
  readonly lineCount: number;
  readonly currencyCode: string;
  readonly nonce: Uint8Array;
};
/** What an authoriser's answer, or the card, says of a tender beside its amount. */
type TenderFacts = Partial<Omit<TenderRow, 'profileKind' | 'amount' | 'rules' | 'reference'>>;

interface Selected {
  readonly profile: number;
  /** Of a bank application. */
  readonly combination?: Combination;
  readonly application?: FileControlInformation;
}

export interface Tap {
  readonly reader: ReaderState;
  readonly configuration: Configuration;
  readonly request: BasketPay;
  readonly policy: MerchantPolicy;
  readonly card: Card;
  readonly combinations: readonly Combination[];
  /** DF77: what card and authorisers call the sale, by its latest plan. */
  planId: Uint8Array;
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

export function rowsOf({ reader, card, facts }: Tap, tenders: readonly Tender[]): TenderRow[] {
  return tenders.map(({ profile, amount, rules }) => {
    const { id, kind = 0, label = NO_BYTES } = card.profiles[profile] ?? {};
    const reference = id && referenceOf(reader.board.secure, id);
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

/** Where it was paid: for receipts. */
export function placeOf({
  configuration: { message },
}: Tap): Pick<Message<'result'>, 'merchantIdentifier' | 'terminalIdentification'> {
  const { merchantIdentifier, terminalIdentification } = message;
  return { merchantIdentifier, terminalIdentification };
}

export function interruptedOutcome(by: Interruption): { readonly outcome: number; readonly reason?: string } {
  const reason = REASON_OF[by];
  return { outcome: OUTCOME[OUTCOME_OF[by]], ...(reason !== undefined && { reason }) };
}
