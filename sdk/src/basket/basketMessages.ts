/**
 * A basket as messages: as many as its lines need.
 * Source: docs/reference/protocol.md, `basket`.   Floor: sdk basket.
 */
import { encodeMessage, MESSAGE_BYTES_MAX, type Message } from '@comptoir/protocol';
import type { Basket, BasketLine } from './basket.js';

type WireLine = Message<'basket'>['lines'][number];

/** The reader takes 1,024 data objects in one message; a line is six at most. */
const LINES_A_MESSAGE_MAX = 100;

/** @param basket was read by `readBasket` */
export function basketMessages({ lines }: Basket): readonly Message<'basket'>[] {
  const messages: Message<'basket'>[] = [];
  let taken: WireLine[] = [];
  let bytes = 0;
  const end = (firstLine: number): void => {
    messages.push({ kind: 'basket', firstLine, lines: taken });
    taken = [];
    bytes = 0;
  };
  for (const [at, line] of lines.entries()) {
    const wireLine = wireLineOf(line);
    // With the head of a message for each: a little more than it will be.
    const size = encodeMessage({ kind: 'basket', firstLine: 0, lines: [wireLine] }).length;
    if (taken.length === LINES_A_MESSAGE_MAX || bytes + size > MESSAGE_BYTES_MAX) end(at - taken.length);
    taken.push(wireLine);
    bytes += size;
  }
  end(lines.length - taken.length);
  return messages;
}

function wireLineOf({ qty, unit, gtin, category, giftCardItem }: BasketLine): WireLine {
  return {
    quantity: qty,
    unitAmount: unit,
    ...(gtin !== undefined && { gtin }),
    ...(category !== undefined && { category }),
    ...(giftCardItem === true && { giftCardItem: 1 }),
  };
}
