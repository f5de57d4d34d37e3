/**
 * How many index tokens a reader gives: an emulated card must not make it an oracle.
 *
 *   a second   five at once, one more each second
 *   a day      2,500 at once, one more each 34.56 s: never more than 5,000 in 24 hours
 *
 * What is left of the day is in flash, always without the next few: they are spent from memory, and a power cut costs them. While there is no power
 * nothing comes back.
 * Source: docs/decisions/0046-tokens-by-the-day.md.   Floor: token.
 */
import { unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import type { Board } from '../board/board.js';

const RECORD = 15;
const DAY_MAX = 2500;
const DAY_INTERVAL_MS = 34_560;
const BURST_MAX = 5;
const BURST_INTERVAL_MS = 1000;
/** Tokens for one writing of the flash. */
const AHEAD = 8;
/** So many that came back are put into flash. */
const PUT_BACK = 256;

export class TokenLimiter {
  private readonly board: Pick<Board, 'clock' | 'records'>;
  /** What flash has. */
  private stored: number;
  /** Of the day, besides. */
  private spare = 0;
  private burst = 0;
  private burstMs: number;
  private dayMs: number;

  constructor(board: Pick<Board, 'clock' | 'records'>) {
    this.board = board;
    const kept = board.records.read(RECORD);
    this.stored = kept.length === 0 ? DAY_MAX : Math.min(unsignedFromBytes(kept), DAY_MAX);
    this.burstMs = board.clock.uptimeMs();
    this.dayMs = this.burstMs;
    // A reader that was never limited gives its first tokens at once; after a cut they come back one by one.
    if (kept.length === 0) this.burst = BURST_MAX;
  }

  /** Takes one. False: there is none now. */
  take(): boolean {
    this.refill();
    if (this.burst === 0 || (this.spare === 0 && !this.draw())) return false;
    this.burst -= 1;
    this.spare -= 1;
    return true;
  }

  private draw(): boolean {
    const drawn = Math.min(AHEAD, this.stored);
    if (drawn === 0 || !this.keep(this.stored - drawn)) return false;
    this.spare = drawn;
    return true;
  }

  private refill(): void {
    const nowMs = this.board.clock.uptimeMs();
    const inBurst = Math.floor((nowMs - this.burstMs) / BURST_INTERVAL_MS);
    this.burst = Math.min(BURST_MAX, this.burst + inBurst);
    this.burstMs += inBurst * BURST_INTERVAL_MS;
    const inDay = Math.floor((nowMs - this.dayMs) / DAY_INTERVAL_MS);
    this.spare = Math.min(DAY_MAX - this.stored, this.spare + inDay);
    this.dayMs += inDay * DAY_INTERVAL_MS;
    if (this.spare >= PUT_BACK && this.keep(this.stored + this.spare - AHEAD)) this.spare = AHEAD;
  }

  private keep(left: number): boolean {
    if (!this.board.records.write(RECORD, unsignedToBytes(left, 2))) return false;
    this.stored = left;
    return true;
  }
}
