/** What an attack came to: the sale with it beside the same sale without it. */
import type { LookupResult } from '@comptoir/sdk';
import { type Taken, toldBy } from '../simulation/payments/takenModel.js';
import type { Attack, Played } from './scene.js';
import type { Way } from './ways.js';

export interface Verdict {
  readonly attack: string;
  /** How the money differs; '' when it doesn't. */
  readonly money: string;
  /** How the till's result or its lookup differs. */
  readonly answer: string;
  readonly told: readonly string[];
}

/** A till that waits longer hangs. */
const NOTICED_MS = 2_000;
/** In clear a stranger can also have an error said on the till's channel. */
const TELLS_RESET = /^(link\/|protocol\/corrupt$)/;
/** The reader ended a tap whose question the host has. */
const ENDED_OPEN = 'aborted';
/** What a till says when nothing comes any more, whatever the reason. */
const SILENT = 'The reader fell silent.';

export function verdictOf(attack: Attack, way: Way, alone: Played, attacked: Played): Verdict {
  if (!attacked.hasAttacked) throw new Error(`the moment of this attack never came: ${attack.title}`);
  const isChanged =
    [attacked.result, attacked.lookup, attacked.money].join() !== [alone.result, alone.lookup, alone.money].join();
  if (attack.commands === true && isChanged)
    return {
      attack: attack.title,
      money: chargedOnce(attacked),
      answer: commandTold(attack, way, alone, attacked),
      told: attacked.told,
    };
  const isReset = attack.resets === true && attacked.result !== alone.result;
  return {
    attack: attack.title,
    money: isReset ? chargedOnce(attacked) : difference(alone.money, attacked.money),
    answer: isReset
      ? resetTold(way, attacked)
      : [difference(alone.result, attacked.result), difference(alone.lookup, attacked.lookup)]
          .filter(Boolean)
          .join('; '),
    told: attacked.told,
  };
}

/** The places that differ, as `status: "declined" became "approved"`. */
function difference(alone: string, attacked: string): string {
  const before = leaves(JSON.parse(alone));
  const after = leaves(JSON.parse(attacked));
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const differing = paths.filter((path) => before.get(path) !== after.get(path));
  return differing.map((path) => `${path}: ${before.get(path)} became ${after.get(path)}`).join(', ');
}

function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) found.set(path, JSON.stringify(value));
  else for (const [name, inner] of Object.entries(value)) leaves(inner, path === '' ? name : `${path}.${name}`, found);
  return found;
}

interface Money {
  readonly charges: readonly { readonly amount: number }[];
  readonly taken: Taken;
}

/** After a reset banks and authorisers have what the owner's lookup says: once, or not at all. */
function chargedOnce({ money, lookup }: Played): string {
  const { charges, taken } = JSON.parse(money) as Money;
  const told = toldBy(JSON.parse(lookup) as LookupResult);
  const isOnce = charges.length === (told.bank > 0 ? 1 : 0);
  return isOnce ? difference(JSON.stringify(told), JSON.stringify(taken)) : `${charges.length} charges`;
}

/** The owner is told at once, and not by silence where it could see the reset. */
function resetTold({ isShared }: Way, { result, lookup, tookMs }: Played, mayBeOpen = false): string {
  const told = JSON.parse(result) as Told;
  const code = told.failed ?? told.cause ?? '';
  const isEnded = told.failed !== undefined || told.status === 'unknown';
  const isNamed = TELLS_RESET.test(code) || (mayBeOpen && code === ENDED_OPEN);
  const isSilent = isShared && told.message === SILENT;
  if (!isEnded || isSilent || !isNamed || tookMs > NOTICED_MS) return `after ${tookMs} ms the owner was told ${result}`;
  const { status } = JSON.parse(lookup) as Told;
  return status === undefined || status === 'unknown' ? `the owner's lookup says ${lookup}` : '';
}

/**
 * Before anybody was asked, the payment may be cancelled. Later, one whose card stays may be void, and then what was approved is taken back; after a
 * tap it ends as the acquirer said. The owner is told that, or its call ends as after a reset. The lookup says the same.
 */
function commandTold({ sale }: Attack, way: Way, alone: Played, attacked: Played): string {
  const { result, lookup, wasAsked } = attacked;
  const told = JSON.parse(result) as Told;
  const later = JSON.parse(lookup) as Told;
  const isEndedByAnswer = sale.isTap === true && wasAsked;
  if (isEndedByAnswer && lookup !== alone.lookup) return difference(alone.lookup, lookup);
  if (told.failed !== undefined || told.status === 'unknown') {
    // The reader may still have the question, which never left.
    const isUnasked = later.status === 'unknown' && later.charged === 'no' && !wasAsked;
    return isUnasked ? '' : resetTold(way, attacked, true);
  }
  const isTrue =
    told.status === later.status &&
    told.reversal !== 'due' &&
    later.reversal !== 'due' &&
    (told.status !== 'cancelled' || !wasAsked);
  return isTrue ? '' : `the owner was told ${result}, then ${lookup}`;
}

interface Told {
  readonly status?: string;
  readonly charged?: string;
  readonly reversal?: string;
  readonly failed?: string;
  readonly cause?: string;
  readonly message?: string;
}
