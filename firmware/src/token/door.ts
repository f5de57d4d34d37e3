/**
 * The one door: a message leaves the session, or is written to flash, only as what `Door.check` makes of it. It holds every number that was
 * read in this tap, and looks for their hidden digits in all that a card wrote, one value after the other, without tags and lengths.
 * What the reader or the till wrote is named here and isn't searched: a card may well hide 000000, and an amount has zeros. What isn't
 * named is searched, so that who forgets to name a field loses it, and not a number.
 * Source: docs/reference/clear-fields.md; docs/decisions/0079-one-door.md.   Floor: token.
 * Memory: what is made of a number is erased by `forget`.
 */
import {
  concatBytes,
  type DataObject,
  decodeTlv,
  encodeTlv,
  equalBytes,
  type FieldName,
  fieldTag,
  latin1ToBytes,
  type Message,
  type MessageName,
  messageObject,
  NO_BYTES,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
} from '@comptoir/protocol';
import { CLEAR_READER_TAGS } from './clearFields.js';
import { NumberSearch } from './numberSearch.js';
import { Vouched } from './vouched.js';

/** A message that passed, and its bytes. Nothing else makes one: the class isn't told. */
class Checked<K extends MessageName> {
  readonly message: Message<K>;
  /** As it came to the door: for another message of the same tap that says some of it again. */
  readonly leaving: Leaving<K>;
  private readonly encoded: Uint8Array;

  constructor(message: Message<K>, leaving: Leaving<K>, encoded: Uint8Array) {
    this.message = message;
    this.leaving = leaving;
    this.encoded = encoded;
  }

  get bytes(): Uint8Array {
    return this.encoded;
  }
}
export type CheckedMessage<K extends MessageName = MessageName> = Checked<K>;

/** A message on its way to the door: what is vouched for says so. */
export type Leaving<K extends MessageName = MessageName> = {
  readonly [N in K]: { readonly [F in keyof Message<N>]: F extends 'kind' ? N : Vouchable<Message<N>[F]> };
}[K];
type Vouchable<T> = T extends Uint8Array
  ? T | Vouched
  : T extends string
    ? T | Vouched<string>
    : T extends readonly (infer I)[]
      ? readonly { readonly [F in keyof I]: Vouchable<I[F]> }[]
      : T;
export type LeavingItem<T> = { readonly [F in keyof T]: Vouchable<T[F]> };

/** Fields that the reader, its configuration, the till or the acquirer wrote. */
const NOT_OF_CARD: readonly FieldName[] = [
  'key',
  'amount',
  'currency',
  'outcome',
  'reason',
  'reversalDue',
  'usedInterface',
  'tokenReason',
  'authenticationMethod',
  'authenticationResult',
  'responseCode',
  'authorisationCode',
  'approvedAmount',
  'merchantIdentifier',
  'terminalIdentification',
  'transactionSequence',
  'model',
  'serial',
  'partial',
  'asks',
  'saleKey',
  'due',
  'rejection',
  'rules',
  'profileKind',
  'reasonCode',
  'cardUpdated',
  'lineCount',
  'firmware',
  'versions',
  'selfTest',
  'slotStatus',
  'refusal',
  'runningHeader',
  'writtenChunks',
  'languages',
  'faultAt',
  'objectSequence',
  'contentHash',
  'certificate',
  'initialKeyId',
  'indexTokenVersion',
  'checkValues',
  'uptimeSeconds',
  'eventCount',
  'eventList',
];
/** The same of what `emvData` holds; 9F27 has a value of the book. */
const EMV_NOT_OF_CARD: readonly number[] = [...CLEAR_READER_TAGS, TAG_9F27_CRYPTOGRAM_INFORMATION_DATA];
const passed: ReadonlySet<number> = new Set(NOT_OF_CARD.map(fieldTag));
const passedInEmvData: ReadonlySet<number> = new Set(EMV_NOT_OF_CARD);
const TAG_EMV_DATA = fieldTag('emvData');
const TAG_MASK = fieldTag('maskedNumber');
const TAG_BALANCE = fieldTag('balance');

type Values = { [field: string]: unknown };

/** A value that was vouched for, as it is in the message. */
interface Passed {
  readonly bytes: Uint8Array;
  readonly searched: readonly Uint8Array[];
}

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
    const vouched: Passed[] = [];
    const plain = plainOf(message as unknown as Values, vouched) as unknown as Message<K>;
    const object = messageObject(plain as unknown as Message);
    if (this.numbers.length > 0 && this.isShownIn(object, vouched)) {
      this.withheld(object.tag);
      return undefined;
    }
    return new Checked<K>(plain, message, encodeTlv(object));
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
    const values: Uint8Array[] = [];
    this.collect(values, children, passed, vouched);
    const text = concatBytes(...values);
    const isShown = searches.some((search) => search.isShownIn(text));
    text.fill(0);
    return isShown;
  }

  /** What a card wrote, in the order of the message. @param notOfCard tags that aren't searched */
  private collect(
    values: Uint8Array[],
    objects: readonly DataObject[],
    notOfCard: ReadonlySet<number>,
    vouched: readonly Passed[],
  ): void {
    for (const { tag, value, children } of objects) {
      if (notOfCard.has(tag)) continue;
      if (children !== undefined) {
        this.collect(values, children, notOfCard, vouched);
        continue;
      }
      const by = vouched.find((one) => equalBytes(one.bytes, value));
      if (by !== undefined) values.push(...by.searched);
      else if (tag === TAG_EMV_DATA) this.collectEmvData(values, value, vouched);
      else if (tag === TAG_BALANCE) values.push(withoutLeadingZeros(value));
      // Its ends may be the hidden digits of another place in the number: it's compared, and not searched.
      else if (tag !== TAG_MASK || !this.searches.some(({ mask }) => equalBytes(mask, value))) values.push(value);
    }
  }

  private collectEmvData(values: Uint8Array[], emvData: Uint8Array, vouched: readonly Passed[]): void {
    const decoded = decodeTlv(emvData);
    if (decoded.ok) this.collect(values, decoded.objects, passedInEmvData, vouched);
    else values.push(emvData);
  }
}

/** They are the wire's: the card gave an amount. */
function withoutLeadingZeros(value: Uint8Array): Uint8Array {
  const first = value.findIndex((byte) => byte !== 0);
  return first < 0 ? NO_BYTES : value.subarray(first);
}

/** The message with bytes and text only. @param vouched takes what was vouched for */
function plainOf(message: Values, vouched: Passed[]): Values {
  const plain: Values = {};
  for (const name of Object.keys(message)) {
    let value = message[name];
    if (value instanceof Vouched) {
      const { searched } = value;
      value = value.value;
      vouched.push({ bytes: typeof value === 'string' ? latin1ToBytes(value) : (value as Uint8Array), searched });
    }
    plain[name] = Array.isArray(value) ? value.map((item) => plainOf(item as Values, vouched)) : value;
  }
  return plain;
}
