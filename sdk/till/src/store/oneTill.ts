/**
 * One page has the till, also where the browser has no locks for pages (over plain http): the page that holds the lease of the store. Another page asks
 * for it over a channel; who doesn't answer is gone, or asleep, and can't write any more once the lease is another's.
 *
 *   ask    who is there?             here   it's me, and whether a customer is paying
 *   give   let me have it            yours  it's yours          free   nobody has it now
 *
 * Source: decision 76.   Floor: till.
 */
import { type Signal, signal } from '@preact/signals';
import { page, store } from './records.js';

/** `elsewhere`: another page has the till. `busy`: and a customer is paying there. */
type Till = 'asking' | 'here' | 'elsewhere' | 'busy';

export const till: Signal<Till> = signal('asking');

type Said =
  | { readonly say: 'ask' | 'give'; readonly from: string }
  | { readonly say: 'here'; readonly from: string; readonly isBusy: boolean }
  | { readonly say: 'yours'; readonly to: string }
  | { readonly say: 'free' };

/** A page that is awake answers within that. */
const ANSWER_MS = 5_000;

let isBusy: () => boolean = () => false;
let heard: (said: Said) => void = () => {};
const channel = new BroadcastChannel('comptoir-till');
const tell = (said: Said): void => channel.postMessage(said);

/** Resolves when this page has the till: at once, or when another one lets go of it. */
export async function haveTill(): Promise<void> {
  channel.onmessage = ({ data }: MessageEvent<Said>) => heard(data);
  addEventListener('pagehide', () => {
    if (till.value === 'here') void release();
  });
  // Out of the browser's cache of pages: the till may be another's since.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
  addEventListener('visibilitychange', () => void look());
  // A page that died may have said nothing.
  setInterval(() => {
    if (document.visibilityState === 'visible' && till.value !== 'here') void take('ask').catch(() => {});
  }, ANSWER_MS);
  await take('ask');
  await new Promise<void>((resolve) => {
    const end = till.subscribe((now) => {
      if (now === 'here') {
        resolve();
        queueMicrotask(() => end());
      }
    });
  });
}

/** @param asked whether a customer is paying here: then nobody gets the till */
export function keepTill(asked: () => boolean): void {
  isBusy = asked;
}

/** A person wants the till here. */
export function takeTill(): Promise<void> {
  return take('give');
}

let asked: Promise<void> = Promise.resolve();
/** One question after the other: an answer belongs to the one that waits. */
function take(say: 'ask' | 'give'): Promise<void> {
  const mine = asked.then(() => takeNow(say));
  asked = mine.catch(() => {});
  return mine;
}

async function takeNow(say: 'ask' | 'give'): Promise<void> {
  if (till.value === 'here') return;
  const holder = await store.holder();
  if (holder === undefined || holder === page) return claim(holder);
  const answered = await answer(say);
  // Nobody is there: a page that died, or sleeps.
  if (answered === undefined) await claim(holder);
}

function answer(say: 'ask' | 'give'): Promise<Said | undefined> {
  return new Promise((resolve) => {
    // A page that was busy wakes late, and an answer may wait behind the timer.
    const timer = setTimeout(() => setTimeout(() => resolve(undefined)), ANSWER_MS);
    heard = (said) => {
      whileElsewhere(said);
      if (said.say !== 'here' && said.say !== 'yours') return;
      clearTimeout(timer);
      resolve(said);
    };
    tell({ say, from: page });
  });
}

/** Two ways may lead here at once: what counts is who holds it then. */
async function claim(from: string | undefined): Promise<void> {
  await store.pass(from, page);
  settle((await store.holder()) === page);
}

function settle(isMine: boolean): void {
  till.value = isMine ? 'here' : 'elsewhere';
  heard = isMine ? whileHere : whileElsewhere;
}

function whileHere(said: Said): void {
  if (said.say === 'ask' || (said.say === 'give' && isBusy())) tell({ say: 'here', from: page, isBusy: isBusy() });
  else if (said.say === 'give') void give(said.from);
}

function whileElsewhere(said: Said): void {
  if (said.say === 'here') till.value = said.isBusy ? 'busy' : 'elsewhere';
  if (said.say === 'yours' && said.to === page) settle(true);
  if (said.say === 'free' && document.visibilityState === 'visible') void look();
}

/** What this page had begun ends with it: it starts anew, and finds the till elsewhere. */
async function give(to: string): Promise<void> {
  if (await store.pass(page, to)) tell({ say: 'yours', to });
  till.value = 'elsewhere';
  location.reload();
}

async function release(): Promise<void> {
  if (await store.pass(page, undefined)) tell({ say: 'free' });
}

/** Seen again: the till may be free by now, or another's. */
async function look(): Promise<void> {
  if (document.visibilityState !== 'visible' || till.value === 'asking') return;
  const holder = await store.holder();
  if (till.value === 'here') {
    if (holder !== page) location.reload();
  } else if (holder === undefined) await claim(undefined);
}
