/** A payment of 12.50 EUR as a till sends it, and the answer that came in frames. */
import { COMMAND, decodeMessage, type Frame, type Message, NO_BYTES } from '@comptoir/protocol';

export const PAYMENT: Message<'pay'> = {
  kind: 'pay',
  key: 'order-1',
  amount: 1250,
  currency: 978,
  transactionType: 0,
  interfaces: 1,
  timeoutMs: 1000,
  date: Uint8Array.of(0x26, 0x11, 0x24),
  time: new Uint8Array(3),
};

/** The message of the answer, or the status of the error; undefined: neither has come. */
export function answerOf(frames: readonly Frame[]): Message | number | undefined {
  const error = frames.find(({ command }) => command === COMMAND.error);
  if (error !== undefined) return error.payload[0];
  const decoded = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
  return decoded.ok ? decoded.message : undefined;
}
