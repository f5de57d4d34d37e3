/**
 * Issuer scripts: commands from the issuer to its card, before (71) and after (72) the second GENERATE AC.
 * Source: EMV 4.4 Book 3 §10.10; Book 4 Annex A5 for the results (9F5B).   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  concatBytes,
  type DataObject,
  decodeTlv,
  findObject,
  NO_BYTES,
  TAG_9F5B_ISSUER_SCRIPT_RESULTS,
  TAG_9F18_ISSUER_SCRIPT_IDENTIFIER,
  TAG_71_ISSUER_SCRIPT_TEMPLATE_1,
  TAG_86_ISSUER_SCRIPT_COMMAND,
} from '@comptoir/protocol';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { setTsi, setTvr, TSI, TVR } from '../data/terminalStatus.js';

/** Of one script; the books grant 128 bytes to all together. A message holds no more than `CARD_TLV_LIMITS` lets it. */
const COMMANDS_MAX = 16;
const HEADER_BYTES = 5;
/** Bits of the class byte that say: secure messaging, so it's the issuer who speaks. @see EMV 4.4 Book 2 §9.2.1 */
const SECURE_MESSAGING = 0x0c;
/** Of one script: what became of it, and its identifier. */
const RESULT_BYTES = 5;
/** High half of byte 1 of the results: 0 not performed, 1 failed, 2 successful; low half: which command failed, 15 for later ones. */
const RESULT = { notPerformed: 0x00, failed: 0x10, successful: 0x20 } as const;
const COMMAND_NUMBER_MAX = 15;

/**
 * Sends the commands of every script of this kind, in order; a script ends at its first command that the card refuses.
 * Sets bits of TVR and TSI, and 9F5B: five bytes a script, right at every moment, also when the card leaves.
 * @param scripts  templates one after another, untrusted
 * @param template TAG_71 or TAG_72
 */
export function* runIssuerScripts(
  terminal: Map<number, Uint8Array>,
  scripts: Uint8Array | undefined,
  template: number,
): Kernel<void> {
  if (scripts === undefined || scripts.length === 0) return;
  const failed =
    template === TAG_71_ISSUER_SCRIPT_TEMPLATE_1
      ? TVR.scriptFailedBeforeFinalCryptogram
      : TVR.scriptFailedAfterFinalCryptogram;
  const tlv = decodeTlv(scripts, CARD_TLV_LIMITS);
  if (!tlv.ok) {
    if (template === TAG_71_ISSUER_SCRIPT_TEMPLATE_1) setTvr(terminal, failed);
    return;
  }
  const own = tlv.objects.filter(({ tag }) => tag === template);
  if (own.length === 0) return;
  setTsi(terminal, TSI.scriptProcessingPerformed);
  // Written before anything is sent: a card that leaves in the middle leaves behind how far it came.
  const before = terminal.get(TAG_9F5B_ISSUER_SCRIPT_RESULTS) ?? NO_BYTES;
  const results = concatBytes(before, ...own.map(resultOf));
  terminal.set(TAG_9F5B_ISSUER_SCRIPT_RESULTS, results);
  const resultAt = (number: number): number => before.length + number * RESULT_BYTES;
  try {
    for (let number = 0; number < own.length; number += 1)
      yield* runScript(own[number]?.children ?? [], results.subarray(resultAt(number)));
  } finally {
    if (own.some((_, number) => results[resultAt(number)] !== RESULT.successful)) setTvr(terminal, failed);
  }
}

/** Not performed yet; then the script's identifier. */
function resultOf({ children }: DataObject): Uint8Array {
  const result = new Uint8Array(RESULT_BYTES);
  const identifier = findObject(children ?? [], TAG_9F18_ISSUER_SCRIPT_IDENTIFIER)?.value ?? NO_BYTES;
  result.set(identifier.subarray(0, RESULT_BYTES - 1), 1);
  return result;
}

/** @param result of the script: its first byte is kept as things stand */
function* runScript(objects: readonly DataObject[], result: Uint8Array): Kernel<void> {
  const commands = objects.filter(({ tag }) => tag === TAG_86_ISSUER_SCRIPT_COMMAND);
  if (commands.length === 0 || commands.length > COMMANDS_MAX) return;
  for (let at = 0; at < commands.length; at += 1) {
    const command = (commands[at] as DataObject).value;
    // Until its answer says otherwise.
    result[0] = RESULT.failed | Math.min(at + 1, COMMAND_NUMBER_MAX);
    if (!isSendable(command)) return;
    const { sw } = yield* exchange(command.slice(), command.length > HEADER_BYTES + (command[4] ?? 0));
    const isTaken = sw >> 8 === 0x90 || sw >> 8 === 0x62 || sw >> 8 === 0x63;
    if (!isTaken) return;
  }
  result[0] = RESULT.successful;
}

/** A whole command that its issuer secured. A host can't read the card with it: no answer of a script leaves the reader. */
function isSendable(command: Uint8Array): boolean {
  const end = HEADER_BYTES + (command[4] ?? 0);
  const isWhole = command.length === end || command.length === end + 1;
  return isWhole && end > HEADER_BYTES && ((command[0] ?? 0) & SECURE_MESSAGING) !== 0;
}
