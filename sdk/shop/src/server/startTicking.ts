/**
 * What time does, every minute, one after the other. A round that fails is told and comes again.
 * Source: docs/reference/shop.md, open a shop.   Floor: shop server.
 */
import type { Shop } from '../createShop.js';
import { type FaultLine, faultLine, printFault } from './faultLine.js';

const TICK_MS = 60_000;

/** @param also what else is to be done then @returns ends it, after the round that runs */
export function startTicking(
  shop: Shop,
  {
    onFault = printFault,
    also = async () => undefined,
  }: { readonly onFault?: (line: FaultLine) => void; readonly also?: () => Promise<void> } = {},
): () => Promise<void> {
  let running: Promise<void> | undefined;
  const round = async (): Promise<void> => {
    for (const work of [shop.tick, also])
      await work().catch((fault: unknown) => onFault(faultLine(fault, { code: 'tick' }, shop.clock.now())));
  };
  const timer = setInterval(() => {
    running ??= round().finally(() => {
      running = undefined;
    });
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
