/**
 * The customer of a simulation: has cards, taps and inserts them, takes them away, presses a button.
 * Floor: simulator simulation.
 */
import type { Card, CardInterface } from '../machine/card.js';
import { lastOnes } from '../machine/lastOnes.js';
import type { SimulatedReader } from '../machine/reader.js';
import { DYNAMIC_CARD } from '../world/cards/dynamic/dynamicProfiles.js';
import type { DynamicCard } from '../world/cards/dynamic/softwareDynamicCard.js';
import { type RecordedCard, recordedCard } from '../world/cards/recordedCard.js';
import type { EventLog } from './eventLog.js';
import type { Faults } from './faults/faults.js';

export interface Customer {
  /**
   * Holds a card to the antenna until `lift`, beside those that are there. The same name is the same card each time, with its counters.
   * @param uid what it calls itself at the antenna: 4, 7 or 10 bytes. Default: a random one, another one each time
   * @throws UnknownCardError, and Error for a card that has no such interface
   */
  tap(card: string | Card, uid?: Uint8Array): void;
  /** Puts a card into the slot until `lift`; throws like `tap`, and when the slot is taken. */
  insert(card: string | Card): void;
  /** Takes all cards away, in the middle of whatever they do. @param card only that one, of the field */
  lift(card?: string): void;
  /** Takes the card out of the slot, and leaves the field alone. */
  remove(): void;
  /** The card of that name, the same each time. @throws UnknownCardError */
  card(name: string): Card;
  /** Presses the button of a dynamic card for so long; the card's time passes, not the reader's. @throws Error for a card without a button */
  press(ms: number, card?: string): void;
}

interface CustomerParts {
  readonly reader: Pick<SimulatedReader, 'contact' | 'contactless'>;
  readonly faults: Pick<Faults, 'wrapCard' | 'lifted'>;
  /** Asked once for each name. */
  readonly made: (name: string) => Card;
  readonly log: Pick<EventLog, 'note'>;
  /** Since the start of the simulation. */
  readonly sinceMs: () => number;
  /** False: nothing goes to the log, and nothing is kept of what cards do. */
  readonly record: boolean;
  readonly historyMax: number | undefined;
  readonly changed: (() => void) | undefined;
}

/** Some more than a card gets: what is remembered of cards is as much as of frames. */
const COMMANDS_A_CARD = 20;

/** `presented`: the cards that are, or were, at the reader, with what they were told. */
export function createCustomer({
  reader,
  faults,
  made,
  log,
  sinceMs,
  record,
  historyMax,
  changed,
}: CustomerParts): Customer & { presented(): readonly RecordedCard[] } {
  const cards = new Map<string, Card>();
  const presented = lastOnes<RecordedCard>(
    historyMax === undefined ? undefined : Math.ceil(historyMax / COMMANDS_A_CARD),
  );

  function note(text: string): void {
    if (record) log.note('customer', text);
  }
  function known(name: string): Card {
    const card = cards.get(name) ?? made(name);
    cards.set(name, card);
    return card;
  }
  function present(card: string | Card, on: CardInterface, uid?: Uint8Array): void {
    const given = faults.wrapCard(typeof card === 'string' ? known(card) : card);
    const recorded = record ? recordedCard(given, sinceMs, historyMax) : undefined;
    reader[on].put(recorded ?? given, uid);
    changed?.();
    if (recorded !== undefined) presented.push(recorded);
    note(`${on === 'contact' ? 'inserts' : 'taps'} ${given.name}`);
  }
  return {
    tap: (card, uid) => present(card, 'contactless', uid),
    insert: (card) => present(card, 'contact'),
    lift(card) {
      note(`takes ${card ?? 'all cards'} away`);
      if (card !== undefined) reader.contactless.take(card);
      else {
        reader.contact.empty();
        reader.contactless.empty();
        faults.lifted();
      }
      changed?.();
    },
    remove() {
      const [name] = reader.contact.names();
      if (name !== undefined) note(`takes ${name} out of the slot`);
      reader.contact.empty();
      changed?.();
    },
    card: known,
    press(ms, name = DYNAMIC_CARD.name) {
      const card = known(name);
      if (!hasButton(card)) throw new Error(`${name} has no button`);
      note(`presses the button of ${name}`);
      card.press(ms);
    },
    presented: presented.all,
  };
}

function hasButton(card: Card): card is Card & Pick<DynamicCard, 'press'> {
  return 'press' in card;
}
