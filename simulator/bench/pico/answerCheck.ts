/**
 * What it costs the reader to know whose word an answer is: the key is derived with the question, the MAC checked with the answer.
 * Source: docs/explanation/the-word-back.md.   Floor: bench.
 */
import type { BenchReader } from './benchReader.js';

export interface AnswerFigures {
  /** One more key of the transaction, the script around it counted in. */
  readonly deriveInstructions: number;
  /** The answer encoded again without its MAC, the CMAC over it, and the comparison. */
  readonly checkInstructions: number;
}

/** Usage of a response key, in bytes 2 and 3 of what it's derived from. @see firmware/src/token/dukptDerivation.ts */
const MAC_VERIFY = 0x2001;

export async function answerFigures(bench: BenchReader): Promise<AnswerFigures> {
  const derived = watchDerivation(bench);
  // The reader compares the token before the MAC: both answers are refused alike, and the one without the check.
  const { transactionToken, answerMac } = await bench.refusedAnswers();
  return { deriveInstructions: derived(), checkInstructions: answerMac - transactionToken };
}

/** From now on: instructions from the derivation before that of a response key to the end of that. @returns reads the counter, once */
function watchDerivation({ chip, symbols }: Pick<BenchReader, 'chip' | 'symbols'>): () => number {
  const entry = (symbols.get('board_secure_derive_key') ?? 0) & ~1;
  const { core } = chip.core;
  const { executeInstruction } = core;
  let executed = 0;
  let usage = 0;
  let returnsTo = 0;
  let lastReturn = 0;
  let counted = 0;
  core.executeInstruction = () => {
    if (core.PC === entry) {
      returnsTo = core.LR & ~1;
      const data = core.registers[1] ?? 0;
      usage = (chip.core.readUint8(data + 2) << 8) | chip.core.readUint8(data + 3);
    } else if (core.PC === returnsTo) {
      if (usage === MAC_VERIFY) counted = executed - lastReturn;
      lastReturn = executed;
      returnsTo = 0;
    }
    executed += 1;
    return executeInstruction.call(core);
  };
  return () => {
    core.executeInstruction = executeInstruction;
    return counted;
  };
}
