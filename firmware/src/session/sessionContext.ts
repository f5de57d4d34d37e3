/**
 * What every command is given.
 * Source: design of the session, docs/explanation/architecture.md.   Floor: session.
 */
import type { Message } from '@comptoir/protocol';
import type { Board } from '../board/board.js';
import { nextCounter } from '../token/dukpt.js';
import type { Order } from './checkout/order.js';
import type { Command, CommandResult } from './command.js';
import type { Configuration } from './configuration.js';
import type { Payment, Results } from './results.js';

/**
 * The commands of a sale with a basket. They are handed in, since the slot of the reader's image has no room for them: without
 * them such messages are answered like unknown ones (docs/decisions/0021).
 */
export interface CheckoutCommands {
  readonly checkout: (session: SessionContext, request: Message<'checkout'>) => Command;
  readonly loadPolicy: (order: Order, policy: Message<'policy'>, hash: Uint8Array) => CommandResult;
  readonly takeLines: (order: Order, basket: Message<'basket'>) => CommandResult;
  /** `complete` of a checkout whose command is over. */
  readonly complete: (
    session: SessionContext,
    payment: Extract<Payment, { kind: 'checkout' }>,
    answer: Message<'complete'>,
  ) => CommandResult;
}

export class SessionContext {
  readonly board: Board;
  /** Undefined: the reader can't take cards. */
  readonly configuration: Configuration | undefined;
  /** 0 when all self-tests passed, else the number of the first that failed. */
  readonly selfTest: number;
  readonly results: Results;
  /** The basket and the policy of the next checkouts. */
  readonly order: Order = { lines: [], policy: undefined, policyHash: new Uint8Array(32) };
  /** Undefined: no sale takes a basket. */
  readonly checkout: CheckoutCommands | undefined;
  private dukptCounter = 0;
  private sequence = 0;

  constructor(
    board: Board,
    configuration: Configuration | undefined,
    selfTest: number,
    results: Results,
    checkout?: CheckoutCommands,
  ) {
    this.board = board;
    this.configuration = configuration;
    this.selfTest = selfTest;
    this.results = results;
    this.checkout = checkout;
  }

  /** Counter of the next DUKPT key. Kept in RAM so far: after a restart it begins at 1 again. */
  takeDukptCounter(): number {
    this.dukptCounter = nextCounter(this.dukptCounter);
    return this.dukptCounter;
  }

  /** Transaction sequence counter (9F41). */
  takeSequence(): number {
    this.sequence += 1;
    return this.sequence;
  }
}
