/**
 * The one door: a message leaves the session, or is written to flash, only as what `Door.check` makes of it. It holds every number that was
 * read in this tap, and looks for their hidden digits in all that a card wrote (cardWritten.ts).
 * Source: docs/reference/clear-fields.md; docs/decisions/0079-one-door.md.   Floor: token.
 * Memory: what is made of a number is erased by `forget`.
 */
import {
  type DataObject,
  encodeTlv,
  latin1ToBytes,
  type Message,
  type MessageName,
  messageObject,
} from '@comptoir/protocol';
import { cardWritten, type Passed } from './cardWritten.js';
import { NumberSearch } from './numberSearch.js';
import { Vouched } from './vouched.js';

/** A message that passed, and its bytes. Nothing else makes one: the class isn't told. */
class Checked<K extends MessageName> {
  /** As it came to the door: for another message of the same tap that says some of it again. */
  readonly leaving: Leaving<K>;
  private readonly encoded: Uint8Array;

  constructor(leaving: Leaving<K>, encoded: Uint8Array) {
    this.leaving = leaving;
    this.encoded = encoded;
  }

  get bytes(): Uint8Array {
    return this.encoded;
  }

  /** A new object each time: a tap has no memory to hold it twice. */
  get message(): Message<K> {
    const leaving = this.leaving as unknown as Values;
    const fields = plainFields(leaving, undefined);
    const plain = fields === leaving ? { ...fields } : fields;
    for (const name of LISTS) {
      const items = plain[name];
      if (Array.isArray(items)) plain[name] = items.map((item) => plainFields(item as Values, undefined));
    }
    return plain as unknown as Message<K>;
  }
}
export type CheckedMessage<K extends MessageName = MessageName> = Checked<K>;

/** Fields whose maker may vouch for them. */
const VOUCHED = [
  'applicationIdentifier',
  'emvData',
  'indexToken',
  'envelope',
  'transactionToken',
  'selectionRecord',
] as const;
/** Lists whose items have such fields. */
const LISTS = ['instruments', 'tenders'] as const;

/** A message on its way to the door: what is vouched for says so. */
export type Leaving<K extends MessageName = MessageName> = {
  readonly [N in K]: { readonly [F in keyof Message<N>]: F extends 'kind' ? N : Vouchable<F, Message<N>[F]> };
}[K];
type Vouchable<F, T> = F extends (typeof VOUCHED)[number]
  ? T extends Uint8Array
    ? T | Vouched
    : T extends string
      ? T | Vouched<string>
      : T
  : F extends (typeof LISTS)[number]
    ? T extends readonly (infer I)[]
      ? readonly LeavingItem<I>[]
      : T
    : T;
export type LeavingItem<I> = { readonly [F in keyof I]: Vouchable<F, I[F]> };

type Values = { [field: string]: unknown };

export class Door {
  /** Packed, ten bytes each, noted wherever one is taken out of card data. */
  readonly numbers: Uint8Array[] = [];
  private readonly searches: NumberSearch[] = [];
  private readonly withheld: (tag: number) => void;

  /** @param withheld is told the tag of a message that may not leave */
  constructor(withheld: (tag: number) => void) {
    this.withheld = withheld;
  }

  /** @returns undefined when hidden digits of a number of this tap can be read in it */
  check<K extends MessageName>(message: Leaving<K>): CheckedMessage<K> | undefined {
    const isSearched = this.numbers.length > 0;
    const vouched: Passed[] | undefined = isSearched ? [] : undefined;
    const plain = plainFields(message as unknown as Values, vouched) as unknown as Message;
    const object = messageObject(plain, (item) => plainFields(item, vouched));
    if (vouched !== undefined && this.isShownIn(object, vouched)) {
      this.withheld(object.tag);
      return undefined;
    }
    return new Checked<K>(message, encodeTlv(object));
  }

  /** The first of these that may leave. @throws when none may: then something that the reader itself wrote is broken */
  checkOneOf<K extends MessageName>(...messages: readonly Leaving<K>[]): CheckedMessage<K> {
    for (const message of messages) {
      const checked = this.check(message);
      if (checked !== undefined) return checked;
    }
    throw new Error('no form of this message may leave');
  }

  /** The card is gone, and its numbers are erased. */
  forget(): void {
    for (const search of this.searches) search.erase();
    this.searches.length = 0;
    this.numbers.length = 0;
  }

  private isShownIn({ children = [] }: DataObject, vouched: readonly Passed[]): boolean {
    const { numbers, searches } = this;
    while (searches.length < numbers.length) searches.push(new NumberSearch(numbers[searches.length] as Uint8Array));
    const { bytes, marks, encoded } = cardWritten(children, vouched, searches);
    let isShown = false;
    for (let index = 0; index < searches.length && !isShown; index += 1) {
      const search = searches[index] as NumberSearch;
      isShown = search.isShownIn(bytes, marks);
      for (let at = 0; at < encoded.length && !isShown; at += 1) isShown = search.isInBase64(encoded[at] as Uint8Array);
    }
    bytes.fill(0);
    return isShown;
  }
}

/** A message, or an item of its lists, with bytes and text only, its lists as they are. @param vouched takes what was vouched for */
function plainFields(message: Values, vouched: Passed[] | undefined): Values {
  let plain = message;
  for (const name of VOUCHED) {
    const value = message[name];
    if (!(value instanceof Vouched)) continue;
    if (plain === message) plain = { ...message };
    const plainValue: unknown = value.value;
    plain[name] = plainValue;
    if (vouched === undefined) continue;
    const bytes = typeof plainValue === 'string' ? latin1ToBytes(plainValue) : (plainValue as Uint8Array);
    vouched.push({ bytes, searched: value.searched });
  }
  return plain;
}
