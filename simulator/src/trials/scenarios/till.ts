/**
 * The till of a scenario: its calls to the SDK, what happens during each, and what they came to.
 * Floor: simulator trials.
 */

import { developmentReleaseKeys, releaseKey, signImage } from '@comptoir/factory';
import { encodeUpdatePackage, MODEL } from '@comptoir/protocol/image';
import {
  type Acquirer,
  type BasketRequest,
  type Clock,
  connect,
  type MessageDirection,
  type Money,
  newKey,
  type PaymentKey,
  type PayRequest,
  type PayResult,
  parseMoney,
  type RandomBytes,
  type Reader,
  type Store,
  type Transport,
  type Trust,
} from '@comptoir/sdk';
import { recover } from '@comptoir/sdk/checkout';
import { offlineQueue } from '@comptoir/sdk/offline';
import type { FirmwareText } from '../../machine/firmwareText.js';
import type { Fault } from '../../simulation/faults/fault.js';
import type { Action, Call, CheckoutCall, During, Named, PayCall } from './scenario.js';
import { type Ended, endOf, watched } from './watchedCall.js';

export interface Till {
  call(call: Call, during: readonly During[]): Promise<Ended>;
  act(action: Action): Promise<void>;
  close(): Promise<void>;
}

/** What a till has around it: a reader, a host, and hands that hold cards. A `Simulation` is one; a reader on a counter is another. */
export interface TillWorld extends Transport {
  readonly clock: Clock;
  readonly trust: Trust;
  readonly store: Store;
  readonly acquirer: Required<Acquirer>;
  readonly random?: RandomBytes;
  readonly traced?: (direction: MessageDirection, message: Uint8Array) => void;
  tap(card: string): void | Promise<void>;
  insert(card: string): void | Promise<void>;
  lift(): void | Promise<void>;
  remove(): void | Promise<void>;
  press(ms: number): void | Promise<void>;
  inject(fault: Fault): Promise<void>;
  advance(ms: number): Promise<void>;
  unplug(): void | Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Of nobody's readers. */
const ANOTHER_FACTORY = releaseKey(new Uint8Array(32).fill(0x0a));

const OFFLINE_AGE_MS = 86_400_000;

/** @param perSale as much in all, too */
function outOfReach({ acquirer, store, clock }: TillWorld, { minor, currency }: Money): Acquirer {
  const limits = { currency, perSale: minor, total: minor, ageMs: OFFLINE_AGE_MS };
  return offlineQueue(acquirer, { store, clock, limits, isOnline: () => false }).acquirer;
}

/**
 * @param firmware what an update offers, under another version
 * @param orders   begins the keys: a reader that has sold before knows those of a scenario
 */
export function createTill(simulation: TillWorld, firmware: FirmwareText, orders: string = ''): Till {
  let reader: Reader | undefined;
  const keys = new Map<string, PaymentKey>();

  /** A scenario names an order, and its key is made at the first time. */
  function keyOf({ order = 'order', attempt = 1 }: Named): PaymentKey {
    const name = `${orders}${order}`;
    const key = keys.get(`${name}-${attempt}`) ?? newKey(name, attempt, simulation.random);
    keys.set(`${name}-${attempt}`, key);
    return key;
  }

  async function connected(): Promise<Reader> {
    reader ??= await connect(simulation, simulation);
    return reader;
  }

  async function act(action: Action): Promise<void> {
    if (action.tap !== undefined) await simulation.tap(action.tap);
    if (action.insert !== undefined) await simulation.insert(action.insert);
    if (action.lift) await simulation.lift();
    if (action.remove) await simulation.remove();
    if (action.press !== undefined) await simulation.press(action.press);
    if (action.fault !== undefined) await simulation.inject(action.fault);
    if (action.wait !== undefined) await simulation.advance(action.wait);
    if (action.unplug) await simulation.unplug();
    if (action.restart) await simulation.restart();
  }

  async function call(given: Call, during: readonly During[]): Promise<Ended> {
    if (given.connect !== undefined || given.close)
      return { came: await endOf(given.close ? close() : connectWith(given)), prompts: [], missed: [] };
    const opened = await endOf(connected());
    if (opened.kind === 'error') return { came: opened, prompts: [], missed: [] };
    const on = opened.result as Reader;
    const ended = await watched((signal) => start(on, given, signal), during, act, simulation.clock);
    const { came } = ended;
    if (given.pay === undefined || came.kind === 'error') return ended;
    const paid = { result: came.result as PayResult, asked: moneyFrom(given.pay.amount) };
    return { ...ended, came: { ...came, paid } };
  }

  async function close(): Promise<void> {
    await reader?.close();
    reader = undefined;
  }

  async function connectWith({ connect: { trusts, offlineUpTo, ...options } = {} }: Call): Promise<unknown> {
    reader = undefined;
    const trust = trusts === 'another-factory' ? [ANOTHER_FACTORY.publicKey] : simulation.trust;
    const acquirer = offlineUpTo === undefined ? simulation.acquirer : outOfReach(simulation, moneyFrom(offlineUpTo));
    reader = await connect(simulation, { ...simulation, acquirer, ...options, trust });
    return reader.info;
  }

  function start(on: Reader, given: Call, signal: AbortSignal): Promise<unknown> {
    const { pay, read, checkout, lookup } = given;
    if (pay !== undefined) return on.pay(payRequest(pay, keyOf(pay)), { ...timeout(pay), signal });
    if (read !== undefined) return on.read(read, { ...timeout(read), signal });
    if (checkout !== undefined) return on.pay(checkoutRequest(checkout), { ...timeout(checkout), signal });
    if (lookup !== undefined) return on.lookup(keyOf(lookup), { ...timeout(lookup), signal });
    if (given.install !== undefined) {
      const { version, ...options } = given.install;
      return on.firmware.install(packageOf(firmware.script, version), { ...timeout(options), signal });
    }
    const { recover: recovery = {} } = given;
    return recover(on, simulation.store, { clock: simulation.clock, signal, ...timeout(recovery) });
  }

  function checkoutRequest(checkout: CheckoutCall): BasketRequest {
    const { basket, policy, choice, choose, leaves, journal } = checkout;
    return {
      basket,
      key: keyOf(checkout),
      ...(policy !== undefined && { policy }),
      ...(choice !== undefined && { choice }),
      ...(journal === true && { journal: simulation.store }),
      ...(leaves === true && { choose: () => undefined }),
      ...(choose !== undefined && {
        choose: (instruments) => instruments.filter(({ label }) => choose.includes(label)).map(({ id }) => id),
      }),
    };
  }

  return {
    call,
    act,
    async close() {
      await reader?.close();
      await simulation.close();
    },
  };
}

function payRequest(pay: PayCall, key: PaymentKey): PayRequest {
  const { amount, partial, interfaces, confirm } = pay;
  return {
    amount: moneyFrom(amount),
    key,
    ...(partial !== undefined && { partial }),
    ...(interfaces !== undefined && { interfaces }),
    ...(confirm !== undefined && { confirm: () => confirm }),
  };
}

function packageOf(script: string, version: string): Uint8Array {
  const body = new TextEncoder().encode(script);
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const description = { model: MODEL.simulated, version: (major << 24) | (minor << 16) | patch, loadAddress: 0 };
  const keys = developmentReleaseKeys().slice(0, 2);
  return encodeUpdatePackage([0, 1].map((slot) => signImage(body, { ...description, slot }, keys)));
}

function timeout({ timeoutMs }: { readonly timeoutMs?: number }): { readonly timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

/** The form was checked; an unknown currency is refused by the SDK. */
function moneyFrom(text: string): Money {
  const [amount = '', currency = ''] = text.split(' ');
  return parseMoney(amount, currency) ?? { minor: Number.NaN, currency };
}
