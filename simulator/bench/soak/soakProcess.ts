/** A process that `soak` starts: it's sent one reader's life after the other, and answers with what became of it. */
import { heapNow } from './runSoak.js';
import { type LifeReport, type SoakLife, soakReader } from './soakReader.js';

/** `paid`: since the last word; `ended`: the life's report, and the memory after it. */
export type SoakWord =
  | { readonly kind: 'paid'; readonly payments: number }
  | { readonly kind: 'ended'; readonly report: LifeReport; readonly heapBytes: number };

const TOLD_EVERY = 50;

export function runSoakProcess(): void {
  const say = (word: SoakWord): void => void process.send?.(word);
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (life: SoakLife) => {
    let paid = 0;
    const report = await soakReader(life, () => {
      paid += 1;
      if (paid % TOLD_EVERY === 0) say({ kind: 'paid', payments: TOLD_EVERY });
    });
    say({ kind: 'ended', report, heapBytes: await heapNow() });
  });
}
