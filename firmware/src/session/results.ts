/**
 * The last payments by their key: the answer to "did it go through?".
 * Floor: session. Kept in RAM so far: a reset forgets them.
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

  /** Remembers; of the same key, only the last. The oldest finished one gives way, an open one only when all are open. */
  remember(payment: Payment): void {
    const same = this.payments.findIndex(({ key }) => key === payment.key);
    if (same >= 0) this.payments.splice(same, 1);
    if (this.payments.length === PAYMENTS_MAX) {
      const finished = this.payments.findIndex(({ state }) => state.kind === 'finished');
      this.payments.splice(Math.max(finished, 0), 1);
    }
    this.payments.push(payment);
  }
}
