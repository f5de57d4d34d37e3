/**
 * What a card and a terminal said, on the card's side of the air, as JSON; and a card that says it again.
 *
 *   [{ "atMs": 30, "command": "00A404000E…", "response": "6F20…9000", "workMs": 5 }, …]      no response: the card was gone
 *
 * A transcript holds the card's number in clear: it is of a software card, whose number is a test number.
 * Floor: simulator world.
 */

import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { type Field, faultIn, hexRule, type Rule, type RuleFault } from '#files';
import type { Card } from '../../machine/card.js';
import type { Exchange } from './recordedCard.js';

const COMMAND_BYTES_MAX = 261;
const RESPONSE_BYTES_MAX = 258;
const EXCHANGES_MAX = 4096;
const WORK_MS_MAX = 60_000;

const entry: Readonly<Record<string, Field>> = {
  atMs: { rule: { is: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER }, meaning: 'virtual time', isRequired: true },
  command: { rule: hexRule(4, COMMAND_BYTES_MAX), meaning: 'command APDU', isRequired: true },
  response: { rule: hexRule(0, RESPONSE_BYTES_MAX), meaning: 'response APDU', isRequired: true },
  workMs: {
    rule: { is: 'whole', min: 0, max: WORK_MS_MAX },
    meaning: 'how long the card works on it; 0 when it is left out',
  },
};
const TRANSCRIPT_RULE: Rule = { is: 'list', of: { is: 'object', fields: entry }, min: 1, max: EXCHANGES_MAX };

interface Entry {
  readonly atMs: number;
  readonly command: string;
  readonly response: string;
  readonly workMs?: number;
}

/** @returns JSON, one exchange a line, with a line end at its end; times in whole milliseconds, though a chip's clock is finer */
export function transcriptText(exchanges: readonly Exchange[]): string {
  const lines = exchanges.map(({ atMs, command, response, workMs }) => {
    const said = { command: toHex(command), response: toHex(response) };
    return JSON.stringify({ atMs: Math.floor(atMs), ...said, workMs: Math.ceil(workMs) } satisfies Entry);
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

export type TranscriptCard =
  | { readonly ok: true; readonly card: Card }
  | { readonly ok: false; readonly fault: RuleFault };

const HEADER_BYTES = 4;

/**
 * A card that answers as before, after the same time: to each command the next answer that was given to its class, instruction and parameters. What the command
 * carries may differ, as the terminal's random numbers do; another order may not: then the card is silent.
 * @param json parsed, untrusted
 */
export function transcriptCard(json: unknown, name: string): TranscriptCard {
  const fault = faultIn(json, TRANSCRIPT_RULE);
  if (fault !== undefined) return { ok: false, fault };
  // The rule above is this type.
  const entries = json as readonly Entry[];
  let position = 0;
  let workMs = 0;
  return {
    ok: true,
    card: {
      name,
      interface: 'both',
      powerOn() {},
      powerOff() {},
      workMs: () => workMs,
      transmit(command) {
        const next = entries[position];
        const header = toHex(command.subarray(0, HEADER_BYTES));
        if (next === undefined || !next.command.toUpperCase().startsWith(header) || header.length < 2 * HEADER_BYTES)
          return undefined;
        position += 1;
        workMs = next.workMs ?? 0;
        return next.response === '' ? undefined : (fromHex(next.response) ?? NO_BYTES);
      },
    },
  };
}
