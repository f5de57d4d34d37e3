/**
 * Checks a reader, case by case, and measures it.
 * Source: docs/how-to/check-a-reader.md.   Floor: simulator trials.
 */

import { type Clock, connect } from '@comptoir/sdk';
import { seededBytes } from '#crypto/seed';
import type { Scenario } from '../scenarios/scenario.js';
import type { ConformReader } from './conformReader.js';
import type { CheckedReader, ConformKind, ConformReport, ConformResult, Latency } from './conformReport.js';
import { LINK_CASES } from './linkCases.js';
import { cardCase, PLAIN_SALE_CASES, type SaleParts } from './saleCases.js';
import { playThere, whyNotHere } from './scenarioCases.js';
import { measure } from './speed.js';
import { openWire } from './wire.js';
import { WIRE_CASES } from './wireCases.js';

interface ConformOptions {
  readonly seed: number;
  /** Of each measured command. */
  readonly times: number;
  readonly cards: readonly string[];
  readonly scenarios: readonly { readonly name: string; readonly scenario: Scenario }[];
  readonly clock: Clock;
  /** In milliseconds, with fractions. */
  readonly now: () => number;
  /** Called with each result, as it comes. */
  readonly told: (result: ConformResult) => void;
}

type Found = { readonly problem?: string | undefined } | { readonly notRun: string };

export async function conform(reader: ConformReader, options: ConformOptions): Promise<ConformReport> {
  const { seed, times, cards, clock, now, told } = options;
  const { transport, trust, acquirer, hands } = reader;
  const startedMs = clock.now();
  const results: ConformResult[] = [];
  // Payments that a reader remembers from another check are others.
  const orders = `conform-${Math.floor(startedMs).toString(36)}-`;

  async function tried(kind: ConformKind, name: string, run: () => Promise<Found>): Promise<void> {
    const startMs = now();
    const found = await run().catch((fault: unknown) => ({
      problem: fault instanceof Error ? fault.message : String(fault),
    }));
    const ms = Math.round(now() - startMs);
    const given =
      'notRun' in found ? { notRun: found.notRun } : found.problem === undefined ? {} : { problem: found.problem };
    const result = { kind, name, ms, ...given };
    results.push(result);
    told(result);
  }
  const random = (name: string): ((length: number) => Uint8Array) => seededBytes(`${seed}/${name}`);

  for (const { name, run } of WIRE_CASES) {
    // A connection each: what one case left behind is nothing to the next.
    await tried('wire', name, async () => {
      const wire = await openWire(transport, clock);
      const problem = await run(wire, random(name)).finally(() => wire.close());
      return { problem };
    });
  }
  for (const { name, run } of LINK_CASES)
    await tried('link', name, async () => ({ problem: await run({ transport, trust, clock, random: random(name) }) }));

  const open: SaleParts['open'] = () =>
    connect(transport, { trust, clock, ...(acquirer !== undefined && { acquirer }) });
  for (const [at, { name, run }] of [...PLAIN_SALE_CASES, ...cards.map(cardCase)].entries())
    await tried('sale', name, async () => {
      if (acquirer === undefined) return { notRun: 'there is no acquirer: say --acquirer-url' };
      return { problem: await run({ open, clock, hands, orders: `${orders}${at}-`, random: random(name) }) };
    });
  for (const [at, { name, scenario }] of options.scenarios.entries())
    await tried('scenario', name, async () => {
      const whyNot =
        acquirer === undefined ? 'there is no acquirer: say --acquirer-url' : whyNotHere(scenario, reader.abilities);
      return whyNot === undefined ? playThere(scenario, () => reader.place(`${orders}s${at}-`)) : { notRun: whyNot };
    });
  const about = await aboutReader(reader, options);
  const isOpen = about.factory !== undefined;
  let latencies: readonly Latency[] = [];
  if (isOpen && times > 0)
    try {
      latencies = await measure({ transport, trust, clock, random: random('speed') }, times, now);
    } catch (fault) {
      // What was found before is told all the same.
      await tried('link', 'what was answered once is answered again and again', () => Promise.reject(fault));
    }
  return { reader: about, seed, startedMs, results, latencies };
}

async function aboutReader({ transport, trust }: ConformReader, { clock }: ConformOptions): Promise<CheckedReader> {
  try {
    await using reader = await connect(transport, { trust, clock });
    const { model, serial, firmware, transport: by } = reader.info;
    const { link } = reader;
    return {
      model,
      serial,
      firmware,
      transport: by,
      ...(link.protocolVersion === 2 && { factory: link.certificate.factory }),
    };
  } catch {
    return { model: 'unknown', serial: '', firmware: '', transport: '' };
  }
}
