/**
 * What the commands of a selected bank application share.
 * Floor: dynamicCard.
 */
import type { KeyHandle } from '../../board/board.js';
import type { Wallet } from '../profiles/wallet.js';
import type { BankApplication, BankInterface } from './bankData.js';

/** What the commands of one selection share. */
export interface BankContext {
  readonly wallet: Wallet;
  readonly slot: number;
  readonly application: BankApplication;
  readonly face: BankInterface;
  readonly cryptogramKey: KeyHandle;
  /** 0: the application signs nothing. */
  readonly signatureKey: KeyHandle;
}

/** The transaction under way. */
export interface BankTransaction {
  readonly pdolData: Uint8Array;
  readonly counter: number;
  /** 8 bytes, 9F4C. */
  readonly dynamicNumber: Uint8Array;
  /** The template of 9F69, when it has a record of its own; else no bytes. */
  readonly ownRecord: Uint8Array;
}
