/**
 * What every command is given.
 * Source: docs/explanation/architecture.md.   Floor: commands.
 */
import { STATUS } from '@comptoir/protocol';
import { type Board, KEY } from '../../board/board.js';
import { TornTransactions } from '../../emv/tornTransactions.js';
import type { Door } from '../../token/door.js';
import { Dukpt } from '../../token/dukpt.js';
import { TokenLimiter } from '../../token/tokenLimiter.js';
import type { Configuration } from '../configuration/configuration.js';
import { Answers } from './answers.js';
import type { Order } from './order.js';
import type { Results } from './results.js';

export class ReaderState {
  readonly board: Board;
  /** Undefined: the reader can't take cards. */
  configuration: Configuration | undefined;
  private readonly selfTests: { readonly result: number };
  readonly results: Results;
  /** The basket and the policy of the next checkouts. */
  readonly order: Order = { baskets: new Map(), policy: undefined, policyHash: new Uint8Array(32) };
  /** What cards left unanswered. Undefined without a key to know a card by. */
  readonly torn: TornTransactions | undefined;
  readonly dukpt: Dukpt;
  readonly answers: Answers;
  readonly tokenLimiter: TokenLimiter;
  readonly door: Door;

  constructor(
    board: Board,
    configuration: Configuration | undefined,
    selfTests: { readonly result: number },
    results: Results,
    door: Door,
  ) {
    this.board = board;
    this.configuration = configuration;
    this.selfTests = selfTests;
    this.results = results;
    this.door = door;
    this.dukpt = new Dukpt(board);
    this.answers = new Answers(board.secure);
    this.tokenLimiter = new TokenLimiter(board);
    const { clock, secure } = board;
    if (secure.findKey(KEY.indexToken) !== 0)
      this.torn = new TornTransactions(
        () => clock.uptimeMs(),
        // Another may have been loaded.
        (data) => secure.hmacSha256(secure.findKey(KEY.indexToken), data),
      );
  }

  /** What stands against taking a card: a status, or 0. What is to be written for the next transactions' keys, is. */
  prepareKeys(): number {
    switch (this.dukpt.prepare()) {
      case 'ready':
        return 0;
      case 'missing':
        return this.board.isTampered() ? STATUS.tampered : STATUS.keysMissing;
      case 'exhausted':
        return STATUS.keysExhausted;
      case 'failed':
        return STATUS.internalFault;
    }
  }

  /** 0 when all self-tests passed, else the number of the first that failed. */
  get selfTest(): number {
    return this.selfTests.result;
  }
}
