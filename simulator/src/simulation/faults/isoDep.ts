/**
 * Blocks between a card and a reader's front end: one command and its answer over ISO-DEP at 106 kbit/s, with whatever the air does to each block. A
 * block that comes broken is asked for or sent again, twice at most; then the reader gives the card up. Block numbers see to it that a card never
 * carries out a command twice.
 * Source: ISO/IEC 14443-4 §7.5.3 (chaining), §7.5.4 (block numbers, handling), §7.5.5 (errors), §7.3 (waiting time); EMV Contactless Book D §10.3.5
 * (two retransmissions: not verified).   Floor: simulator simulation; imports the protocol alone.
 *
 *   I-block    02 | number     a part of a command or an answer; 10: more of it comes
 *   R-block    A2 | number     R(ACK): taken, go on;   B2 | number: R(NAK): say it again
 *   S-block    F2              S(WTX): the card works, and the reader says the same back
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';

/** What becomes of a block. A broken one is one whose check sum is wrong, whatever else is. */
export interface Air {
  /**
   * @param block what it's made of, without its check sum
   * @param from  who sends it
   * @returns whether it arrives whole
   */
  passes(block: Uint8Array, from: 'reader' | 'card'): boolean;
  /** Time goes by, in milliseconds. @returns false when the card leaves meanwhile */
  passTime(ms: number): boolean;
}

/** A card behind the blocks. @returns its answer, and how long it works on it in milliseconds; undefined: it is silent, or gone */
export type CarryOut = (command: Uint8Array) => { readonly response: Uint8Array; readonly workMs: number } | undefined;

interface Exchanged {
  /** Undefined: the reader gave the card up. */
  readonly response: Uint8Array | undefined;
  /** How many times a block had to be asked for, or sent, again. */
  readonly again: number;
}

export interface BlockNumbers {
  reader: 0 | 1;
  card: 0 | 1;
}

/** After an activation. @see ISO/IEC 14443-4 §7.5.4.1, rules A and C */
export function firstBlockNumbers(): BlockNumbers {
  return { reader: 0, card: 1 };
}

const CHAINING = 0x10;
const I_BLOCK = 0x02;
const R_ACK = 0xa2;
const R_NAK = 0xb2;
const S_WTX = 0xf2;
const IS_R = 0xe2;
const NAK_BIT = 0x10;

const A_PCB: Uint8Array = new Uint8Array(1);

const RETRANSMISSIONS_MAX = 2;
/** FSD and FSC are 256: a block has PCB, and two bytes of check sum. */
const BLOCK_DATA_BYTES = 253;
const CHECK_SUM_BYTES = 2;
/** One bit is 128 periods of the carrier of 13.56 MHz; a byte has eight and parity. */
const BYTE_MS = (9 * 128) / 13_560;
const TURN_AROUND_MS = 1172 / 13_560;
/** FWI 8, as the ATS of our cards says. @see ISO/IEC 14443-4 §7.2 */
const FRAME_WAITING_MS: number = (4096 * 2 ** 8) / 13_560;
/** @see ISO/IEC 14443-4 §7.3: WTXM */
const MULTIPLIER_MAX = 59;

/** How long a block takes, with the pause before it, in milliseconds. */
function blockMs(block: Uint8Array): number {
  return (block.length + CHECK_SUM_BYTES) * BYTE_MS + TURN_AROUND_MS;
}

/** The same for a command or an answer of so many bytes that meets no trouble: its blocks, and what acknowledges all but the last. */
export function airMs(bytes: number): number {
  const blocks = Math.max(1, Math.ceil(bytes / BLOCK_DATA_BYTES));
  return bytes * BYTE_MS + (2 * blocks - 1) * blockMs(A_PCB);
}

/**
 * The reader's side of one command.
 * @param numbers of the activation; they go on
 */
export function exchangeBlocks(command: Uint8Array, carryOut: CarryOut, air: Air, numbers: BlockNumbers): Exchanged {
  const picc = createPicc(carryOut, numbers);
  const parts = partsOf(command);
  let sent = 0;
  let answer = NO_BYTES;
  let out = iBlock(parts, sent, numbers.reader);
  let failures = 0;
  let again = 0;
  for (;;) {
    const back = overTheAir(out, air, picc);
    const pcb = back?.[0] ?? 0;
    if (back === undefined) {
      if (failures === RETRANSMISSIONS_MAX) return { response: undefined, again };
      failures += 1;
      again += 1;
      // Rules 4 and 5: a part of a chained answer is asked for by R(ACK), all else by R(NAK).
      out = Uint8Array.of((answer.length > 0 ? R_ACK : R_NAK) | numbers.reader);
    } else if (pcb === S_WTX) {
      failures = 0;
      out = back;
    } else if ((pcb & IS_R) === R_ACK) {
      // Rule 7: with our number, chaining goes on. Rule 6: with the other, our last block never came.
      if ((pcb & 1) === numbers.reader) {
        failures = 0;
        numbers.reader = other(numbers.reader);
        sent += 1;
      }
      out = iBlock(parts, sent, numbers.reader);
    } else {
      failures = 0;
      numbers.reader = other(numbers.reader);
      answer = concatBytes(answer, back.subarray(1));
      if ((pcb & CHAINING) === 0) return { response: answer, again };
      out = Uint8Array.of(R_ACK | numbers.reader);
    }
  }
}

/** @returns what comes back whole; undefined: nothing did, in the time that a card has */
function overTheAir(block: Uint8Array, air: Air, picc: Picc): Uint8Array | undefined {
  const isSent = air.passTime(blockMs(block)) && air.passes(block, 'reader');
  const back = isSent ? picc.take(block) : undefined;
  if (back === undefined) {
    air.passTime(FRAME_WAITING_MS * picc.waits());
    return undefined;
  }
  if (!air.passTime(back.workMs + blockMs(back.block))) {
    air.passTime(FRAME_WAITING_MS);
    return undefined;
  }
  return air.passes(back.block, 'card') ? back.block : undefined;
}

interface Picc {
  /** @returns what it says after so long; undefined: nothing */
  take(block: Uint8Array): { readonly block: Uint8Array; readonly workMs: number } | undefined;
  /** By how much it has multiplied the time that it may take. */
  waits(): number;
}

/** The card's side of one command. @see ISO/IEC 14443-4 §7.5.4.3, rules 9 to 13 */
function createPicc(carryOut: CarryOut, numbers: BlockNumbers): Picc {
  let command = NO_BYTES;
  let answers: readonly Uint8Array[] = [];
  let at = 0;
  let last: Uint8Array | undefined;
  let leftMs = 0;
  let multiplier = 1;

  const say = (block: Uint8Array, workMs = 0) => {
    last = block;
    return { block, workMs };
  };
  /** Asks for more time, or gives the next part of the answer. */
  const answer = () => {
    const allowedMs = FRAME_WAITING_MS * multiplier;
    if (leftMs > allowedMs) {
      leftMs -= allowedMs;
      multiplier = Math.min(MULTIPLIER_MAX, Math.ceil(leftMs / FRAME_WAITING_MS));
      return say(Uint8Array.of(S_WTX, multiplier), allowedMs);
    }
    const workMs = leftMs;
    leftMs = 0;
    multiplier = 1;
    return say(iBlock(answers, at, numbers.card), workMs);
  };
  return {
    waits: () => multiplier,
    take(block) {
      const pcb = block[0] ?? 0;
      if (pcb === S_WTX) return answer();
      if ((pcb & IS_R) === R_ACK) {
        // Rule 11: with our number, what was said last is said again. Rule 12: R(NAK) with another is answered with R(ACK).
        if ((pcb & 1) === numbers.card) return last && { block: last, workMs: 0 };
        if ((pcb & NAK_BIT) !== 0) return { block: Uint8Array.of(R_ACK | numbers.card), workMs: 0 };
        // Rule 13: chaining goes on.
        numbers.card = other(numbers.card);
        at += 1;
        return say(iBlock(answers, at, numbers.card));
      }
      // Rule D.
      numbers.card = other(numbers.card);
      command = concatBytes(command, block.subarray(1));
      if ((pcb & CHAINING) !== 0) return say(Uint8Array.of(R_ACK | numbers.card));
      const carriedOut = carryOut(command);
      last = undefined;
      if (carriedOut === undefined) return undefined;
      leftMs = carriedOut.workMs;
      answers = partsOf(carriedOut.response);
      return answer();
    },
  };
}

function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / BLOCK_DATA_BYTES));
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * BLOCK_DATA_BYTES, (at + 1) * BLOCK_DATA_BYTES));
}

function iBlock(parts: readonly Uint8Array[], at: number, number: 0 | 1): Uint8Array {
  const pcb = I_BLOCK | number | (at < parts.length - 1 ? CHAINING : 0);
  return concatBytes(Uint8Array.of(pcb), parts[at] ?? NO_BYTES);
}

function other(number: 0 | 1): 0 | 1 {
  return number === 0 ? 1 : 0;
}
