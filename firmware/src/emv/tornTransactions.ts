/**
 * The torn transaction log: transactions whose GENERATE AC was sent and never answered, because the card left. When the card comes
 * back it's asked for that answer, instead of for a second cryptogram. In RAM; of the card it holds a keyed hash of its number, and
 * nothing else.
 * Source: EMV Contactless Book C-2, torn transaction recovery: section not verified.   Floor: emv.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import type { AskedCryptogram } from './terminalActionAnalysis.js';

export interface TornTransaction {
  /** Keyed hash of number and sequence number. */
  readonly card: Uint8Array;
  /** The reader's own data objects as the card had them: amounts, TVR, unpredictable number and all. */
  readonly terminal: ReadonlyMap<number, Uint8Array>;
  readonly pdolData: Uint8Array;
  readonly cdol1Data: Uint8Array;
  /** What the card's DRDOL (9F51) was answered with. */
  readonly recoveryData: Uint8Array;
  readonly asked: AskedCryptogram;
  /** CDA was asked for. */
  readonly isSigned: boolean;
  /** What relay resistance found, as the card signs it, 14 bytes. */
  readonly relay: Uint8Array | undefined;
}

interface Kept {
  readonly torn: TornTransaction;
  readonly sinceMs: number;
}

/** Beside the one that is under way. */
const TRANSACTIONS_MAX = 2;
const LIFETIME_MS = 300_000;

export class TornTransactions {
  private readonly nowMs: () => number;
  private readonly keyedHash: (data: Uint8Array) => Uint8Array;
  /** The oldest first; the last one may be under way. */
  private kept: Kept[] = [];
  private waiting: TornTransaction | undefined;

  /** @param keyedHash 32 bytes, under a key that stays below JavaScript */
  constructor(nowMs: () => number, keyedHash: (data: Uint8Array) => Uint8Array) {
    this.nowMs = nowMs;
    this.keyedHash = keyedHash;
  }

  /** @param cardNumber packed @param sequenceNumber tag 5F34, or no bytes */
  fingerprint(cardNumber: Uint8Array, sequenceNumber: Uint8Array): Uint8Array {
    const named = concatBytes(Uint8Array.of(0x74, 0x6f, 0x72, 0x6e), cardNumber, sequenceNumber);
    const hash = this.keyedHash(named);
    named.fill(0);
    return hash;
  }

  /** GENERATE AC is about to be sent. It's torn unless `end` follows. */
  begin(torn: TornTransaction): void {
    this.waiting = torn;
    this.keep(() => true);
    this.kept.push({ torn, sinceMs: this.nowMs() });
  }

  /** RECOVER AC is about to be sent. It's torn again unless `end` follows. */
  resume(torn: TornTransaction): void {
    this.waiting = torn;
  }

  /** The card answered, whatever it said; or the transaction was taken up again. It's over. */
  end(torn: TornTransaction): void {
    if (this.waiting === torn) this.waiting = undefined;
    this.keep((entry) => entry.torn !== torn);
  }

  /** Whether a card left before it answered the last GENERATE AC. It's told once. */
  takeTorn(): boolean {
    const isTorn = this.waiting !== undefined;
    this.waiting = undefined;
    return isTorn;
  }

  /** @param fields tags that must be the same as then: a torn answer is for that payment only */
  find(
    card: Uint8Array,
    terminal: ReadonlyMap<number, Uint8Array>,
    fields: readonly number[],
  ): TornTransaction | undefined {
    const nowMs = this.nowMs();
    this.keep(({ sinceMs }) => nowMs - sinceMs < LIFETIME_MS);
    const isSame = (torn: TornTransaction): boolean =>
      equalBytes(torn.card, card) &&
      fields.every((tag) => {
        const [then, now] = [torn.terminal.get(tag), terminal.get(tag)];
        return then !== undefined && now !== undefined && equalBytes(then, now);
      });
    return this.kept.find(({ torn }) => isSame(torn))?.torn;
  }

  /** Of these the last ones; what knows the cards of the others is erased. */
  private keep(which: (entry: Kept) => boolean): void {
    const kept = this.kept.filter(which).slice(-TRANSACTIONS_MAX);
    for (const entry of this.kept) if (!kept.includes(entry)) entry.torn.card.fill(0);
    this.kept = kept;
  }
}
