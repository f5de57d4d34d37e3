/**
 * A card with a coupon, a gift card, an account and a bank, at a shop with everything behind it, where anything may go wrong: the card goes
 * at any command, its power fails at any write, a question or its answer gets lost, the reader loses its power, the till dies before it
 * says how a sale ended, any of the authorisers refuses.
 */
import {
  decodeMessage,
  encodeMessage,
  equalBytes,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  unsignedToBytes,
} from '@comptoir/protocol';
import { ACCOUNT_AID, ACTIVATED, KIND_ACCOUNT } from '@comptoir/protocol/wallet';
import { type Acquirer, keyFrom, type PaymentId } from '@comptoir/sdk';
import {
  type Card,
  createCardIssuer,
  createDynamicCard,
  type DynamicCard,
  issuedCard,
  makeCard,
} from '../../../../simulator/src/index.js';
import {
  type Authorisers,
  developmentAuthorisers,
} from '../../../../simulator/src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer, type TestAcquirer } from '../../../../simulator/src/world/acquirer/testAcquirer.js';
import { visa } from '../../../../simulator/src/world/cards/applicationProfiles.js';
import { accountIdentity, accountKeys } from '../../../../simulator/src/world/cards/dynamic/accountKeys.js';
import { bankApplicationObjects } from '../../../../simulator/src/world/cards/dynamic/bankApplication.js';
import { ISSUERS } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import {
  DYNAMIC_ACCOUNT,
  DYNAMIC_CARD,
  FIRST_GIFT,
  SHOP_PROFILES,
  walletProfileOf,
} from '../../../../simulator/src/world/cards/dynamic/dynamicProfiles.js';
import { baseDerivationKey, broughtByTill, CheckoutTill, isStanding, pki } from './checkoutTill.js';

export const GIFT_BALANCE = 2500;
export const CREDIT = 1500;
/** Tag of the message. */
const AUTHORISE = 0xe9;
const SEED = 'four tenders';
const START_MS = Date.UTC(2026, 10, 24, 12);

type Tenders = Message<'result'>;
type Answer = Message | number | undefined;

/** Everything but the region: partial approvals, splits, coupons, gift cards, loyalty, override. */
const POLICY: Message<'policy'> = {
  kind: 'policy',
  region: 'EEA',
  merchantCategory: 5411,
  merchantFlags: 0x00bb,
  couponPolicy: 1,
};

/** `command`: the card doesn't get it. `answer`: the reader doesn't. `clean`, `torn`: the card's power fails at a write. */
export type Trouble =
  | { readonly kind: 'command' | 'answer' | 'clean' | 'torn'; readonly at: number }
  /** The reader's power fails at that command. */
  | { readonly kind: 'reader'; readonly at: number }
  /** A question doesn't reach the host, or its answer the reader, which waits in vain, or loses its power. */
  | { readonly kind: 'question' | 'word'; readonly at: number; readonly losesPower: boolean };

export const READERS = [0, 1] as const;
export type Reader = (typeof READERS)[number];

/** Whose authoriser refuses during a tap: names of profiles, and the bank. */
export type Refusal = 'coupon-ten' | 'gift' | 'account' | 'bank';

export interface Circumstances {
  readonly refuses?: readonly Refusal[];
  readonly trouble?: Trouble | undefined;
  /** False: the till dies before it tells the host how the sale ended. */
  readonly tells?: boolean;
  readonly reader?: Reader;
}

export const MASTER: DynamicCard = createFourTenderCard();

/** @param shownBalance what the gift card says of itself; null: the host is asked, and its name is its reference */
export function createFourTenderCard(shownBalance: number | null = GIFT_BALANCE, seed = SEED): DynamicCard {
  const made = makeCard(seed);
  const card = createDynamicCard({ name: seed, made, seed });
  return issuedCard(card, () => {
    const [operator, bank, shop] = [ISSUERS.operator, ISSUERS.bank, ISSUERS.shop].map((position) =>
      createCardIssuer(made, made.issuerKeys(position)),
    );
    if (operator === undefined || bank === undefined || shop === undefined) throw new Error('issuers are missing');
    // It signs nothing: a tap takes a tenth of the time.
    const application = visa({ authentication: 'none', priority: 2 });
    const account = {
      id: latin1ToBytes('account'),
      kind: KIND_ACCOUNT,
      activation: ACTIVATED,
      label: latin1ToBytes('ACCOUNT'),
      aid: ACCOUNT_AID,
      priority: 1,
      currency: 'EUR',
    };
    return [
      bank.putBank(
        walletProfileOf(application, 'main'),
        bankApplicationObjects(bank, DYNAMIC_CARD, application, pki),
        '',
      ),
      operator.putProfile(account, accountKeys('account', DYNAMIC_ACCOUNT, made.identifier)),
      ...SHOP_PROFILES.slice(0, 2).map(([id, label, rest], at) => {
        const keys = accountKeys(id, FIRST_GIFT + at, made.identifier);
        const isNamedByReference = at === 0 && shownBalance === null;
        const profile = {
          ...rest,
          id: isNamedByReference ? keys.cardReference : latin1ToBytes(id),
          activation: ACTIVATED,
          label: latin1ToBytes(label),
          ...(at === 0 && { balance: shownBalance ?? undefined }),
        };
        return shop.putProfile(profile, keys);
      }),
      operator.setPreferences({ rules: [], fallback: latin1ToBytes('main') }),
    ];
  });
}

export class FourTenders {
  readonly authorisers: Authorisers = developmentAuthorisers({ nowMs: () => START_MS, credit: CREDIT });
  private refused: readonly Refusal[] = [];
  readonly acquirer: TestAcquirer = createTestAcquirer({
    baseDerivationKey,
    authorisers: this.authorisers,
    behaviourOf: () => ({ decision: this.refused.includes('bank') ? 'decline' : 'approve' }),
  });
  /** What went to the host. */
  private readonly sent: {
    readonly bytes: Uint8Array;
    readonly key: PaymentId;
    readonly answer: Uint8Array | undefined;
  }[] = [];
  readonly card: DynamicCard = MASTER.copy();
  /** Commands of the latest tap. */
  commands = 0;
  /** Two readers of one shop. Each start of either has keys of its own. */
  private readonly tills: CheckoutTill[] = [];
  private starts = 0;
  private isOff = false;

  constructor() {
    for (const reader of READERS) this.start(reader);
  }

  /** @returns what the reader said last, if anything */
  async tap(
    key: string,
    amount: number,
    { trouble, tells = true, reader = 0, refuses = [] }: Circumstances = {},
  ): Promise<Answer> {
    this.block(refuses);
    const { kind, at } = trouble ?? { kind: 'none', at: 0 };
    if (kind === 'clean' || kind === 'torn') this.card.cutPower({ kind, operation: at });
    const line = this.line(trouble?.kind === 'question' || trouble?.kind === 'word' ? trouble : undefined, tells);
    this.isOff = false;
    try {
      const lines = [{ quantity: 1, unitAmount: amount }];
      const answer = await this.till(reader).tapAt(line, this.held(trouble), lines, { key, brand: 'ACCOUNT' });
      if (!this.isOff) return answer;
      this.start(reader);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof LineDown)) throw thrown;
      if (thrown.losesPower) this.start(reader);
      else this.till(reader).silence();
      return undefined;
    } finally {
      this.card.cutPower({ kind: 'clean', operation: 1_000_000 });
      this.card.powerOff();
    }
  }

  /** These refuse, the others don't. */
  private block(refuses: readonly Refusal[]): void {
    this.refused = refuses;
    const { gifts, accounts } = this.authorisers;
    const { identifier } = makeCard(SEED);
    for (const [at, [id]] of SHOP_PROFILES.slice(0, 2).entries()) {
      const identity = accountIdentity(id, FIRST_GIFT + at, identifier);
      if (refuses.some((one) => one === id)) gifts.block(identity);
      else gifts.unblock(identity);
    }
    const identity = accountIdentity('account', DYNAMIC_ACCOUNT, identifier);
    if (refuses.includes('account')) accounts.block(identity);
    else accounts.unblock(identity);
  }

  giftValue(): { readonly balance: number; readonly free: number } {
    return this.authorisers.gifts.ledger.value(BigInt(FIRST_GIFT));
  }

  isCouponFree(): boolean {
    return this.authorisers.gifts.ledger.isSerialFree('DYN-0001');
  }

  owed(): number {
    return this.authorisers.accounts.book.account(unsignedToBytes(DYNAMIC_ACCOUNT, 8), START_MS).owed;
  }

  charged(): number {
    return this.acquirer.charges().reduce((sum, { amount }) => sum + amount, 0);
  }

  /** One of the questions comes once more, maybe for the first time. An answer that was given is given again, unless the sale is void. */
  async replay(which: number): Promise<void> {
    const question = this.sent[which % Math.max(1, this.sent.length)];
    if (question === undefined) return;
    const answer = await this.acquirer.authorise(question.bytes, question.key).catch(() => undefined);
    // Of an earlier sale the truth may have become known meanwhile.
    if (question.bytes[0] !== AUTHORISE || question.answer === undefined || answer === undefined) return;
    const decoded = decodeMessage(answer);
    const isDecline = decoded.ok && decoded.message.kind === 'complete' && decoded.message.responseCode === '05';
    if (!isDecline && !equalBytes(answer, question.answer)) throw new Error('the same question got another answer');
  }

  /** Power on, maybe after it failed; what the reader keeps stays. */
  start(reader: Reader): void {
    const till = new CheckoutTill(this.tills[reader]?.records, this.starts);
    this.starts += 1;
    this.tills[reader] = till;
    till.send(POLICY);
  }

  private till(reader: Reader): CheckoutTill {
    return this.tills[reader] ?? new CheckoutTill();
  }

  /**
   * As a till does after a crash.
   * @param isLate what got lost on the way to the host comes in the middle of it
   * @returns undefined: the reader never heard of it, nothing was taken
   */
  async recover(key: string, reader: Reader, isLate = false): Promise<Tenders | undefined> {
    const known = this.till(reader).lookup(key);
    if (typeof known !== 'object' || known.kind !== 'result') return undefined;
    const ended =
      known.transactionToken === undefined ? known : await this.endOpen(keyFrom(key), known, reader, isLate);
    if (ended.planId === undefined) return ended;
    const { end } = await this.acquirer.settle(keyFrom(key), ended.planId, isStanding(ended) ? 'stands' : 'void');
    if ((end === 'stands') !== isStanding(ended)) throw new Error(`the host says ${end}, the reader another thing`);
    return ended;
  }

  private async endOpen(key: PaymentId, open: Tenders, reader: Reader, isLate: boolean): Promise<Tenders> {
    const latest = await this.acquirer.status(key);
    let said = latest === null ? undefined : this.till(reader).sendBytes(broughtByTill(latest));
    // The reader lost its power, and the key that proves the answer with it.
    if (typeof said === 'object' && said.kind === 'inquire')
      said = this.till(reader).sendBytes(broughtByTill(await this.acquirer.authorise(encodeMessage(said), key)));
    if (typeof said === 'object' && said.kind === 'result') return said;
    // The answer is to another question: the last one never came, and must not come any more.
    const { planId = NO_BYTES, transactionToken = NO_BYTES } = open;
    const lost = this.sent.find((question) => question.key === key && question.answer === undefined);
    if (isLate && lost !== undefined) await this.acquirer.authorise(lost.bytes, key);
    await this.acquirer.settle(key, planId, 'void');
    const ended = this.till(reader).decide('05', { key, transactionToken });
    if (typeof ended !== 'object' || ended.kind !== 'result') throw new Error('the reader does not end the sale');
    return ended;
  }

  /** To the host; broken from one question on. */
  private line(broken: Extract<Trouble, { losesPower: boolean }> | undefined, tells: boolean): Required<Acquirer> {
    const { acquirer, sent } = this;
    let asked = 0;
    const refused = new Set<string>();
    return {
      ...acquirer,
      async authorise(bytes, key) {
        asked += 1;
        const isBroken = asked === broken?.at;
        const isLost = isBroken && broken.kind === 'question';
        const answer = isLost ? undefined : await acquirer.authorise(bytes, key);
        sent.push({ bytes, key, answer });
        if (isRefused(answer)) {
          const label = labelOf(bytes);
          if (refused.has(label)) throw new Error(`${label} was refused twice in one tap`);
          refused.add(label);
        }
        if (isBroken || answer === undefined) throw new LineDown(broken?.losesPower === true);
        return answer;
      },
      settle: async (...word) => (tells ? acquirer.settle(...word) : { end: 'void' }),
    };
  }

  private held(trouble: Trouble | undefined): Card {
    const { card } = this;
    const { kind, at } = trouble ?? { kind: 'none', at: 0 };
    let isGone = false;
    this.commands = 0;
    return {
      ...card,
      transmit: (command) => {
        this.commands += 1;
        const isNow = this.commands === at;
        if (isNow && kind === 'reader') {
          this.isOff = true;
          throw new Error('the power of the reader failed');
        }
        isGone ||= isNow && kind === 'command';
        if (isGone) return undefined;
        const answer = card.transmit(command);
        isGone ||= isNow && kind === 'answer';
        return isGone ? undefined : answer;
      },
    };
  }
}

function labelOf(question: Uint8Array): string {
  const decoded = decodeMessage(question);
  return decoded.ok && decoded.message.kind === 'authorise' ? decoded.message.label : 'an earlier sale';
}

function isRefused(answer: Uint8Array | undefined): boolean {
  const decoded = answer && decodeMessage(answer);
  return decoded?.ok === true && decoded.message.kind === 'complete' && decoded.message.responseCode === '41';
}

class LineDown extends Error {
  readonly losesPower: boolean;
  constructor(losesPower: boolean) {
    super();
    this.losesPower = losesPower;
  }
}
