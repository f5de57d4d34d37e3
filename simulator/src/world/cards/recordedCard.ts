/**
 * A card that somebody listens to.
 * Floor: simulator world.
 */

import type { Card } from '../../machine/card.js';
import { lastOnes } from '../../machine/lastOnes.js';
import { cardNumbersIn, maskTrace } from './maskTrace.js';
import { nameOfCommand } from './nameOfCommand.js';

/** Unmasked: for tests only. Never print it. */
export interface Exchange {
  /** When the command came. */
  readonly atMs: number;
  readonly command: Uint8Array;
  /** No bytes: no answer. */
  readonly response: Uint8Array;
  /** How long the card worked on it, in milliseconds. */
  readonly workMs: number;
}

/** Fit to print. */
export interface MaskedExchange {
  /** EMV name; a GENERATE AC with its place, such as `GENERATE AC 1 (ARQC, CDA)`. */
  readonly name: string;
  /** Hex with `*` for what must not be seen. */
  readonly command: string;
  readonly response: string;
}

export interface RecordedCard extends Card {
  readonly exchanges: readonly Exchange[];
  maskedExchanges(): readonly MaskedExchange[];
}

/** @param now virtual time, in milliseconds @param max how many exchanges are remembered. Default: all */
export function recordedCard(card: Card, now: () => number = () => 0, max?: number): RecordedCard {
  const kept = lastOnes<Exchange>(max);
  const workMs = (): number => card.workMs?.() ?? 0;
  return {
    name: card.name,
    interface: card.interface,
    get exchanges() {
      return kept.all();
    },
    powerOn(usedInterface) {
      card.powerOn(usedInterface);
    },
    transmit(command) {
      const atMs = now();
      const response = card.transmit(command);
      const said = response?.slice() ?? new Uint8Array(0);
      kept.push({ atMs, command: command.slice(), response: said, workMs: workMs() });
      return response;
    },
    workMs,
    powerOff() {
      card.powerOff();
    },
    maskedExchanges: () => maskExchanges(kept.all()),
  };
}

function maskExchanges(exchanges: readonly Exchange[]): readonly MaskedExchange[] {
  const numbers = exchanges.flatMap(({ response }) => cardNumbersIn(response));
  let generateAcCount = 0;
  return exchanges.map(({ command, response }) => {
    let name = nameOfCommand(command);
    if (name === 'GET PROCESSING OPTIONS') generateAcCount = 0;
    if (name.startsWith('GENERATE AC ')) {
      generateAcCount += 1;
      name = name.replace('GENERATE AC', `GENERATE AC ${generateAcCount}`);
    }
    return {
      name,
      command: maskTrace(command, 'command', numbers),
      response: maskTrace(response, 'response', numbers),
    };
  });
}
