/**
 * What happens to cards while they are read: each card that is presented is wrapped, and hears of the faults that are injected.
 * Floor: simulator simulation.
 */
import { unsignedFromBytes } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../machine/card.js';
import type { CardFault } from './fault.js';
import { type Air, airMs, type BlockNumbers, type CarryOut, exchangeBlocks, firstBlockNumbers } from './isoDep.js';

interface CardTroubles {
  inject(fault: CardFault): void;
  wrap(card: Card): Card;
  /** The cards were taken away, and what was about them is over. */
  lifted(): void;
}

interface Trouble {
  readonly fault: CardFault;
  apdus: number;
  bytes: number;
  ms: number;
}

interface Exchanged {
  readonly response: Uint8Array | undefined;
  /** Beside the time that the air takes when nothing is wrong. */
  readonly workMs: number;
}

const RANDOM_BYTES = 4;
const GONE: Exchanged = { response: undefined, workMs: 0 };
/** What is smaller than this comes from adding fractions. */
const NO_TIME_MS = 1e-6;
/** @see isoDep.ts: an I-block, apart from its number and the mark of chaining */
const I_BLOCK_MASK = 0xee;
const I_BLOCK = 0x02;

interface CardTroublesParts {
  /** Of the noise. */
  readonly random: (length: number) => Uint8Array;
  /** Called before each command that comes to a card. */
  readonly reading: () => void;
  /** Called after it. @param response undefined: none came */
  readonly heard: (command: Uint8Array, response: Uint8Array | undefined) => void;
  /** Called when blocks of ISO-DEP had to be sent again. */
  readonly again: (blocks: number) => void;
}

export function createCardTroubles({ random, reading, heard, again }: CardTroublesParts): CardTroubles {
  let troubles: readonly Trouble[] = [];
  const fraction = (): number => unsignedFromBytes(random(RANDOM_BYTES)) / 2 ** (8 * RANDOM_BYTES);
  const over = (ended: Trouble): void => {
    troubles = troubles.filter((trouble) => trouble !== ended);
  };

  /** @param numbers of the blocks; undefined: there are none */
  function exchange(card: Card, command: Uint8Array, numbers: BlockNumbers | undefined): Exchanged {
    for (const trouble of troubles) trouble.apdus += 1;
    for (const trouble of troubles) breakReader(trouble);
    const torn = troubles.find(({ fault, apdus }) => isTornAt(fault, apdus));
    if (torn !== undefined) {
      over(torn);
      // The card has carried it out, and nobody hears of it.
      if (torn.fault.kind === 'tear' && torn.fault.lost === 'answer') card.transmit(command);
      return GONE;
    }
    const workMs = troubles.reduce((sum, trouble) => sum + waitingTime(trouble), 0);
    const carryOut: CarryOut = (given) => {
      const response = card.transmit(given);
      return response && { response, workMs: workMs + (card.workMs?.() ?? 0) };
    };
    // Nothing is in the air: what a card says comes as it is.
    const isClear = numbers === undefined || (workMs === 0 && !troubles.some(({ fault }) => isInTheAir(fault)));
    return isClear ? exchangeBytes(command, carryOut) : exchangeInBlocks(command, carryOut, numbers);
  }

  function exchangeBytes(command: Uint8Array, carryOut: CarryOut): Exchanged {
    if (troubles.some((trouble) => tears(trouble, command.length, 'reader'))) return GONE;
    const carriedOut = carryOut(command);
    if (carriedOut === undefined) return GONE;
    return troubles.some((trouble) => tears(trouble, carriedOut.response.length, 'card')) ? GONE : carriedOut;
  }

  function exchangeInBlocks(command: Uint8Array, carryOut: CarryOut, numbers: BlockNumbers): Exchanged {
    let passedMs = 0;
    let hasLeft = false;
    const air: Air = {
      passTime(ms) {
        passedMs += ms;
        for (const trouble of troubles) if (leavesAfter(trouble, ms)) hasLeft = true;
        return !hasLeft;
      },
      passes(block, from) {
        const bytes = ((block[0] ?? 0) & I_BLOCK_MASK) === I_BLOCK ? block.length - 1 : 0;
        for (const trouble of troubles) if (tears(trouble, bytes, from)) hasLeft = true;
        return !hasLeft && !troubles.some(({ fault }) => breaks(fault, block));
      },
    };
    const { response, again: blocks } = exchangeBlocks(command, carryOut, air, numbers);
    if (blocks > 0) again(blocks);
    const extraMs = passedMs - airMs(command.length) - (response === undefined ? 0 : airMs(response.length));
    return { response, workMs: Math.max(0, Math.ceil(extraMs - NO_TIME_MS)) };
  }

  /** @throws Error below the script */
  function breakReader(trouble: Trouble): void {
    const { fault, apdus } = trouble;
    if (fault.kind !== 'reader-fault' || apdus !== (fault.atApdu ?? 1)) return;
    over(trouble);
    throw new Error('a fault was injected below the script');
  }

  function waitingTime(trouble: Trouble): number {
    const { fault, apdus } = trouble;
    if (fault.kind !== 'waiting-time') return 0;
    if (fault.atApdu === undefined) return fault.ms;
    if (apdus !== fault.atApdu) return 0;
    over(trouble);
    return fault.ms;
  }

  /** @param bytes of a command or an answer */
  function tears(trouble: Trouble, bytes: number, from: 'reader' | 'card'): boolean {
    const { fault } = trouble;
    if (fault.kind !== 'tear' || fault.afterByte === undefined) return false;
    trouble.bytes += bytes;
    if (trouble.bytes <= fault.afterByte || (from === 'reader' && fault.lost === 'answer')) return false;
    over(trouble);
    return true;
  }

  function leavesAfter(trouble: Trouble, ms: number): boolean {
    const { fault } = trouble;
    if (fault.kind !== 'short-hold') return false;
    trouble.ms += ms;
    if (trouble.ms <= fault.ms) return false;
    over(trouble);
    return true;
  }

  function breaks(fault: CardFault, block: Uint8Array): boolean {
    if (fault.kind !== 'noise') return false;
    return fraction() >= (1 - fault.errorsPerMillionBits / 1_000_000) ** (8 * (block.length + 2));
  }

  return {
    inject(fault) {
      troubles = [...troubles, { fault, apdus: 0, bytes: 0, ms: 0 }];
    },
    lifted() {
      troubles = troubles.filter(({ fault }) => fault.kind !== 'noise');
    },
    wrap(card) {
      let isGone = false;
      let workMs = 0;
      let numbers: BlockNumbers | undefined;
      return {
        name: card.name,
        interface: card.interface,
        powerOn(usedInterface) {
          isGone = false;
          numbers = numbersOn(usedInterface);
          card.powerOn(usedInterface);
        },
        transmit(command) {
          workMs = 0;
          if (isGone) return undefined;
          reading();
          const exchanged = exchange(card, command, numbers);
          workMs = exchanged.workMs;
          isGone = exchanged.response === undefined;
          heard(command, exchanged.response);
          return exchanged.response;
        },
        workMs: () => workMs,
        powerOff() {
          card.powerOff();
        },
      };
    },
  };
}

function isTornAt(fault: CardFault, apdus: number): boolean {
  return fault.kind === 'tear' && fault.afterByte === undefined && apdus === (fault.atApdu ?? 1);
}

function isInTheAir({ kind }: CardFault): boolean {
  return kind === 'noise' || kind === 'short-hold' || kind === 'tear';
}

function numbersOn(usedInterface: CardInterface): BlockNumbers | undefined {
  return usedInterface === 'contactless' ? firstBlockNumbers() : undefined;
}
