/**
 * What every command is given.
 * Source: design of the session, docs/explanation/architecture.md.   Floor: session.
 */
import type { Board } from '../board/board.js';
import { nextCounter } from '../token/dukpt.js';
import type { Order } from './checkout/order.js';
import type { Configuration } from './configuration.js';
import type { Results } from './results.js';

export class SessionContext {
  readonly board: Board;
  /** Undefined: the reader can't take cards. */
  readonly configuration: Configuration | undefined;
  /** 0 when all self-tests passed, else the number of the first that failed. */
  readonly selfTest: number;
  readonly results: Results;
  /** The basket and the policy of the next checkouts. */
  readonly order: Order = { lines: [], policy: undefined, policyHash: new Uint8Array(32) };
  private dukptCounter = 0;
  private sequence = 0;

  constructor(board: Board, configuration: Configuration | undefined, selfTest: number, results: Results) {
    this.board = board;
    this.configuration = configuration;
    this.selfTest = selfTest;
    this.results = results;
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
