/**
 * The last payments by their key: the answer to "did it go through?".
 * Kept in RAM so far: a reset forgets them.   Floor: session.
 */
import type { Message } from '@comptoir/protocol';

/** Payments that are remembered. */
const PAYMENTS_MAX = 8;

export type PaymentState =
  /** The acquirer was or may have been asked; the host owes its answer. */
  | {
      readonly kind: 'open';
      readonly authorise: Message<'authorise'>;
      readonly description: Partial<Message<'result'>>;
    }
  | { readonly kind: 'finished'; readonly result: Message<'result'>; readonly mayBeTriedAgain: boolean };

export interface Payment {
  readonly key: string;
  readonly amount: number;
  readonly currency: number;
  readonly state: PaymentState;
}

export class Results {
  private readonly payments: Payment[] = [];

  find(key: string): Payment | undefined {
    return this.payments.find((payment) => payment.key === key);
  }

  /** The host owes the reader the acquirer's word. */
  get hasOpen(): boolean {
    return this.payments.some(({ state }) => state.kind === 'open');
  }

  /** False when all that is remembered is open: the host owes the reader so many answers that a new payment must wait. */
  get hasRoom(): boolean {
    return this.payments.length < PAYMENTS_MAX || this.payments.some(({ state }) => state.kind === 'finished');
  }

  /**
   * Remembers; of the same key, only the last. What may be tried again gives way first, then the oldest that is finished;
   * an open payment never does.
   */
  remember(payment: Payment): void {
    const same = this.payments.findIndex(({ key }) => key === payment.key);
    if (same >= 0) this.payments.splice(same, 1);
    if (this.payments.length === PAYMENTS_MAX) this.payments.splice(this.leastNeeded(), 1);
    this.payments.push(payment);
  }

  private leastNeeded(): number {
    const harmless = this.payments.findIndex(({ state }) => state.kind === 'finished' && state.mayBeTriedAgain);
    if (harmless >= 0) return harmless;
    const finished = this.payments.findIndex(({ state }) => state.kind === 'finished');
    if (finished < 0) throw new Error('every payment that is remembered is open');
    return finished;
  }
}
