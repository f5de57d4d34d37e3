/**
 * Whose word an answer is: the acquirer's carries a MAC under the DUKPT response key of the question. The keys are handles in memory, one a
 * question that was asked; none outlives the power, so what was asked before is asked about again, by an `inquire` under keys of its own.
 * Source: docs/explanation/the-word-back.md; ANSI X9.24-3-2017 Table 2, usage 2001.   Floor: commands.
 */
import { answerToSign, equalBytes, inquiryToSign, isSameSecret, type Message } from '@comptoir/protocol';
import type { KeyHandle, Secure } from '../../board/board.js';
import type { Leaving } from '../../token/door.js';
import type { Dukpt } from '../../token/dukpt.js';
import { Vouched } from '../../token/vouched.js';

/** Every payment that may be open, and the questions of the tap that runs. Of older ones the acquirer is asked again. */
const ASKED_MAX = 12;

interface Asked {
  readonly transactionToken: Uint8Array;
  readonly answerKey: KeyHandle;
}

/** Of an inquiry that was sent and not answered yet. */
interface Inquiry {
  readonly transactionToken: Uint8Array;
  readonly question: Leaving<'inquire'>;
}

/** `lost`: the key that would tell is gone. */
type AnswerCheck = 'genuine' | 'forged' | 'lost';

export class Answers {
  private readonly secure: Secure;
  /** The oldest first. */
  private asked: readonly (Asked & { readonly question: Leaving<'inquire'> | undefined })[] = [];

  constructor(secure: Secure) {
    this.secure = secure;
  }

  /** A question goes out. @param answerKey taken over, and erased with it */
  expect(transactionToken: Uint8Array, answerKey: KeyHandle, question?: Leaving<'inquire'>): void {
    const [oldest] = this.asked;
    if (oldest !== undefined && this.asked.length === ASKED_MAX) this.forget(oldest.transactionToken);
    this.asked = this.asked.concat({ transactionToken, answerKey, question });
  }

  /** @param answer untrusted */
  check(answer: Message<'complete'>): AnswerCheck {
    const asked = this.asked.find((one) => equalBytes(one.transactionToken, answer.transactionToken));
    if (asked === undefined) return 'lost';
    const mac = this.secure.cmac(asked.answerKey, answerToSign(answer));
    return isSameSecret(mac, answer.answerMac) ? 'genuine' : 'forged';
  }

  /** The inquiry about a question of a payment. @param inquiredToken of that question */
  inquiryAbout(inquiredToken: Uint8Array): Inquiry | undefined {
    for (const { transactionToken, question } of this.asked) {
      const about = question?.inquiredToken;
      if (question !== undefined && about instanceof Uint8Array && equalBytes(about, inquiredToken))
        return { transactionToken, question };
    }
    return undefined;
  }

  /** It was answered, or nobody waits for it any more. */
  forget(transactionToken: Uint8Array): void {
    this.asked = this.asked.filter((one) => {
      const isIt = equalBytes(one.transactionToken, transactionToken);
      if (isIt) this.secure.eraseKey(one.answerKey);
      return !isIt;
    });
  }

  /** Every key of the board is gone. */
  clear(): void {
    this.asked = [];
  }
}

/** Asks the acquirer about a sale that a card holds open, or a question whose key is gone. Uses up one DUKPT counter. */
export function inquire(
  { board, dukpt, answers }: InquiringSession,
  about: Pick<Message<'inquire'>, 'key' | 'planId' | 'inquiredToken'>,
): Inquiry {
  const { secure } = board;
  const keys = dukpt.take();
  const unsigned = { kind: 'inquire', keySerialNumber: keys.ksn, ...about } as const;
  const token = Vouched.mac(secure, keys.macKey, inquiryToSign(unsigned));
  secure.eraseKey(keys.dataKey);
  secure.eraseKey(keys.macKey);
  const question: Leaving<'inquire'> = { ...unsigned, transactionToken: token };
  answers.expect(token.value, keys.answerKey, question);
  return { transactionToken: token.value, question };
}

interface InquiringSession {
  readonly board: { readonly secure: Secure };
  readonly dukpt: Dukpt;
  readonly answers: Answers;
}
