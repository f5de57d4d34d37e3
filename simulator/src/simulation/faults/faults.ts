/**
 * The faults of one simulation: injected as data, and each put where it happens.
 * Floor: simulator simulation.
 */

import type { Clock, Store } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { seededBytes } from '#crypto/seed';
import type { Card } from '../../machine/card.js';
import type { SimulatedReader } from '../../machine/reader.js';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import type { TestAcquirer } from '../../world/acquirer/testAcquirer.js';
import type { EventLog } from '../eventLog.js';
import { createAcquirerTroubles } from './acquirerTroubles.js';
import { createCardTroubles } from './cardTroubles.js';
import { type Fault, faultText, type Phase, readFault, whyNotOn } from './fault.js';
import type { IssuerTroubles } from './issuerTroubles.js';
import { createLinkTroubles, type LinkTroubles } from './linkTroubles.js';
import { createOtherProgram } from './otherProgram.js';
import { createStoreTroubles } from './storeTroubles.js';

interface FaultsParts {
  readonly reader: SimulatedReader;
  readonly target: ReaderTargetName;
  /** The reader's. */
  readonly clock: Clock;
  readonly seed: number | string;
  readonly acquirer: TestAcquirer;
  /** Of the issuers behind the acquirer. */
  readonly issuers: IssuerTroubles;
  readonly store: Store;
  /** Brings another card into the field. */
  readonly tap: (card: string) => void;
  /** Where it is told. */
  readonly log?: EventLog;
}

/** A simulation as its till sees it, with whatever goes wrong. */
export interface Faults {
  inject(fault: Fault): Promise<void>;
  readonly port: LinkTroubles['port'];
  readonly acquirer: TestAcquirer;
  readonly store: Store;
  /** The till's: `clock-jump` sets it. */
  readonly clock: Clock;
  wrapCard(card: Card): Card;
  lifted(): void;
  /** A sale has come so far. */
  reached(phase: Phase): void;
  /** Pulls the cable, and plugs it in again after so long. */
  unplug(replugMs?: number): void;
  close(): Promise<void>;
}

/** What the acquirer's side sees of a sale. */
const HOST_PHASES: readonly Phase[] = ['during-authorisation', 'after-authorisation'];

export function createFaults({ reader, target, clock, seed, acquirer, issuers, store, tap, log }: FaultsParts): Faults {
  let jumpedMs = 0;
  let isClosed = false;
  let restore: { readonly ms: number | undefined } | undefined;
  const random = seededBytes(`${seed}/noise in the air`);
  const link = createLinkTroubles(reader.port, unplug, lost);
  const cards = createCardTroubles({
    random,
    reading: () => reached('reading'),
    heard: (command, response) => log?.apdu(command, response),
    again: (blocks) => log?.note('card', blocks === 1 ? 'a block is sent again' : `${blocks} blocks are sent again`),
  });
  const acquirers = createAcquirerTroubles(clock, reached);
  const stores = createStoreTroubles();
  const other = createOtherProgram(memory(reader.port), clock, seed);

  function reached(phase: Phase): void {
    if (HOST_PHASES.includes(phase)) log?.note('sale', phase);
    link.reached(phase);
  }
  async function startIn(ms: number | undefined): Promise<void> {
    if (ms === undefined) return;
    await clock.sleep(ms);
    if (isClosed) return;
    log?.note('reader', 'has power again');
    await reader.start();
  }
  /** The reader has gone from its till, for whatever reason. */
  function lost(): void {
    const due = restore;
    restore = undefined;
    void startIn(due?.ms);
  }
  function unplug(replugMs?: number): void {
    log?.note('fault', 'the cable is pulled');
    reader.stop();
    void startIn(replugMs);
  }
  async function inject(fault: Fault): Promise<void> {
    const read = readFault(fault);
    if (!read.ok) throw new Error(`${read.at === '' ? 'a fault' : read.at} ${read.must}`);
    const whyNot = whyNotOn(target, fault);
    if (whyNot !== undefined) throw new Error(whyNot);
    log?.note('fault', faultText(fault));
    switch (fault.kind) {
      case 'tear':
      case 'noise':
      case 'short-hold':
      case 'waiting-time':
      case 'reader-fault':
        return cards.inject(fault);
      case 'unplug':
      case 'frames':
      case 'version':
      case 'impostor':
      case 'no-transport':
        return link.inject(fault);
      case 'acquirer':
        return acquirers.inject(fault);
      case 'issuer':
        return issuers.inject(fault);
      case 'journal':
        return stores.inject(fault);
      case 'second-card':
        return tap(fault.card);
      case 'other-program':
        return fault.does === 'reads' ? other.reads() : other.takesChannels();
      case 'power-cut': {
        const { operation, how = 'clean', restoreMs } = fault;
        restore = { ms: restoreMs };
        if (fault.of === 'keys') return reader.cutPowerOfKeys({ operation, kind: how });
        return reader.cutPowerOfResults({ operation, kind: how });
      }
      case 'tamper':
        return reader.tamper();
      case 'keys-lost':
        return reader.loseKeys();
      case 'clock-jump':
        jumpedMs += fault.ms;
        return undefined;
    }
  }
  return {
    inject,
    port: link.port,
    acquirer: acquirers.wrap(acquirer),
    store: stores.wrap(store),
    clock: { now: () => clock.now() + jumpedMs, sleep: (ms, signal) => clock.sleep(ms, signal) },
    wrapCard: cards.wrap,
    lifted: cards.lifted,
    reached,
    unplug,
    async close() {
      isClosed = true;
      await other.close();
    },
  };
}
