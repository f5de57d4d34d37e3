/**
 * What happens to cards while they are read: each card that is presented is wrapped, and hears of the faults that are injected.
 * Floor: simulator.
 */
import { unsignedFromBytes } from '@comptoir/protocol';
import type { Card } from '../cards/card.js';
import { airMs, arrives } from './air.js';
import type { CardFault } from './fault.js';

export interface CardTroubles {
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
  readonly workMs: number;
}

const RANDOM_BYTES = 4;

export interface CardTroublesParts {
  /** Of the noise. */
  readonly random: (length: number) => Uint8Array;
  /** Called before each command that comes to a card. */
  readonly reading: () => void;
  /** Called after it. @param response undefined: none came */
  readonly heard: (command: Uint8Array, response: Uint8Array | undefined) => void;
}

export function createCardTroubles({ random, reading, heard }: CardTroublesParts): CardTroubles {
  let troubles: readonly Trouble[] = [];
  const fraction = (): number => unsignedFromBytes(random(RANDOM_BYTES)) / 2 ** (8 * RANDOM_BYTES);
  const over = (ended: Trouble): void => {
    troubles = troubles.filter((trouble) => trouble !== ended);
  };

  function exchange(card: Card, command: Uint8Array): Exchanged {
    for (const trouble of troubles) {
      trouble.apdus += 1;
      trouble.bytes += command.length;
      trouble.ms += airMs(command.length);
    }
    const isLost = troubles.some((trouble) => losesCommand(trouble, command));
    if (isLost) return { response: undefined, workMs: 0 };
    const workMs = troubles.reduce((sum, trouble) => sum + waitingTime(trouble), 0);
    const response = card.transmit(command);
    for (const trouble of troubles) {
      trouble.bytes += response?.length ?? 0;
      trouble.ms += airMs(response?.length ?? 0) + workMs;
    }
    return { response: troubles.some((trouble) => losesAnswer(trouble, response)) ? undefined : response, workMs };
  }

  function losesCommand(trouble: Trouble, command: Uint8Array): boolean {
    const { fault, apdus, bytes, ms } = trouble;
    switch (fault.kind) {
      case 'tear': {
        const isNow = fault.afterByte === undefined ? apdus === (fault.atApdu ?? 1) : bytes > fault.afterByte;
        if (!isNow || fault.lost === 'answer') return false;
        over(trouble);
        return true;
      }
      case 'short-hold':
        if (ms <= fault.ms) return false;
        over(trouble);
        return true;
      case 'noise':
        return !arrives(command.length, fault.errorsPerMillionBits, fraction);
      case 'reader-fault':
        if (apdus !== (fault.atApdu ?? 1)) return false;
        over(trouble);
        throw new Error('a fault was injected below the script');
      case 'waiting-time':
        return false;
    }
  }

  function waitingTime(trouble: Trouble): number {
    const { fault, apdus } = trouble;
    if (fault.kind !== 'waiting-time') return 0;
    if (fault.atApdu === undefined) return fault.ms;
    if (apdus !== fault.atApdu) return 0;
    over(trouble);
    return fault.ms;
  }

  function losesAnswer(trouble: Trouble, response: Uint8Array | undefined): boolean {
    const { fault, apdus, bytes, ms } = trouble;
    const length = response?.length ?? 0;
    switch (fault.kind) {
      case 'tear': {
        const isNow = fault.afterByte === undefined ? apdus === (fault.atApdu ?? 1) : bytes > fault.afterByte;
        if (isNow) over(trouble);
        return isNow;
      }
      case 'short-hold':
        if (ms <= fault.ms) return false;
        over(trouble);
        return true;
      case 'noise':
        return !arrives(length, fault.errorsPerMillionBits, fraction);
      case 'reader-fault':
      case 'waiting-time':
        return false;
    }
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
      return {
        name: card.name,
        interface: card.interface,
        powerOn(usedInterface) {
          isGone = false;
          card.powerOn(usedInterface);
        },
        transmit(command) {
          workMs = 0;
          if (isGone) return undefined;
          reading();
          const exchanged = exchange(card, command);
          workMs = exchanged.workMs + (card.workMs?.() ?? 0);
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
