/**
 * Issuer scripts: commands from the issuer to its card, before (71) and after (72) the second GENERATE AC.
 * Source: EMV 4.4 Book 3 §10.10; Book 4 Annex A5 for the results (9F5B). Sections not verified.   Floor: emv.
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
import { setTsi, setTvr, TSI, TVR } from '../terminalStatus.js';

/** Of one script; the books grant 128 bytes to all together. A message holds no more than `CARD_TLV_LIMITS` lets it. */
const COMMANDS_MAX = 16;
const HEADER_BYTES = 5;
/** Bits of the class byte that say: secure messaging, so it's the issuer who speaks. @see EMV 4.4 Book 2 §9: not verified */
const SECURE_MESSAGING = 0x0c;
const IDENTIFIER_BYTES = 4;
/** High half of byte 1 of the results: 0 not performed, 1 failed, 2 successful; low half: which command failed, 15 for later ones. */
const RESULT = { notPerformed: 0x00, failed: 0x10, successful: 0x20 } as const;
const COMMAND_NUMBER_MAX = 15;

/**
 * Sends the commands of every script of this kind, in order; a script ends at its first command that the card refuses.
 * Sets bits of TVR and TSI, and 9F5B: five bytes a script.
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
  for (const { tag, children } of tlv.objects) {
    if (tag !== template) continue;
    setTsi(terminal, TSI.scriptProcessingPerformed);
    const result = yield* runScript(children ?? []);
    if (result !== RESULT.successful) setTvr(terminal, failed);
    const identifier = new Uint8Array(IDENTIFIER_BYTES);
    identifier.set((findObject(children ?? [], TAG_9F18_ISSUER_SCRIPT_IDENTIFIER)?.value ?? NO_BYTES).subarray(0, 4));
    const before = terminal.get(TAG_9F5B_ISSUER_SCRIPT_RESULTS) ?? NO_BYTES;
    terminal.set(TAG_9F5B_ISSUER_SCRIPT_RESULTS, concatBytes(before, Uint8Array.of(result), identifier));
  }
}

/** @returns byte 1 of the script's results */
function* runScript(objects: readonly DataObject[]): Kernel<number> {
  const commands = objects.filter(({ tag }) => tag === TAG_86_ISSUER_SCRIPT_COMMAND);
  if (commands.length === 0 || commands.length > COMMANDS_MAX) return RESULT.notPerformed;
  for (let at = 0; at < commands.length; at += 1) {
    const command = (commands[at] as DataObject).value;
    if (!isSendable(command)) return RESULT.failed | numberOf(at);
    const { sw } = yield* exchange(command.slice(), command.length > HEADER_BYTES + (command[4] ?? 0));
    const isTaken = sw >> 8 === 0x90 || sw >> 8 === 0x62 || sw >> 8 === 0x63;
    if (!isTaken) return RESULT.failed | numberOf(at);
  }
  return RESULT.successful;
}

function numberOf(at: number): number {
  return Math.min(at + 1, COMMAND_NUMBER_MAX);
}

/** A whole command that its issuer secured. A host can't read the card with it: no answer of a script leaves the reader. */
function isSendable(command: Uint8Array): boolean {
  const end = HEADER_BYTES + (command[4] ?? 0);
  const isWhole = command.length === end || command.length === end + 1;
  return isWhole && end > HEADER_BYTES && ((command[0] ?? 0) & SECURE_MESSAGING) !== 0;
}
