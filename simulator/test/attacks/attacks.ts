/** The attacks, one row each: which sale, at which moment, and what the stranger says. */
import { COMMAND, type Message, NO_BYTES, PROMPT, STATUS } from '@comptoir/protocol';
import { KIND_BANK, KIND_COUPON, KIND_GIFT } from '@comptoir/protocol/wallet';
import * as sales from './sales.js';
import type { Attack, Known, Moment, Sale } from './scene.js';
import type { Stranger } from './strangerHost.js';
import * as words from './words.js';

type Does = Attack['does'];

const tokenOf = ({ question }: Known): Uint8Array => question?.transactionToken ?? words.NO_TOKEN;

/** By what a message tells; without that the stranger sends what it can make up. */
const tokenIn = (message: Message | undefined): Uint8Array =>
  message !== undefined && 'transactionToken' in message
    ? (message.transactionToken ?? words.NO_TOKEN)
    : words.NO_TOKEN;

async function ask(stranger: Stranger, message: Uint8Array): Promise<Message | undefined> {
  const heard = await stranger.say(message);
  return heard.kind === 'message' ? heard.message : undefined;
}

/** A sale by tap and its twin whose card waits in the slot. */
function both(title: string, [tap, slot]: readonly [Sale, Sale], at: Moment, does: Does): readonly Attack[] {
  return [
    { title: `${title}, tap`, sale: tap, at, does },
    { title: `${title}, slot`, sale: slot, at, does },
  ];
}

const DECLINED = [sales.DECLINED_TAP, sales.DECLINED_SLOT] as const;
const APPROVED = [sales.APPROVED_TAP, sales.APPROVED_SLOT] as const;

const forge: readonly Attack[] = [
  ...both('forges 00 without a token', DECLINED, 'asked', async (stranger, { order }) => {
    await stranger.say(words.forged(order.key, '00'));
  }),
  ...both('forges 00 with the token of the question', DECLINED, 'asked', async (stranger, known) => {
    await stranger.say(words.forged(known.order.key, '00', { transactionToken: tokenOf(known) }));
  }),
  ...both('forges 00 with the token that repeating `pay` tells', DECLINED, 'asked', async (stranger, { order }) => {
    const transactionToken = tokenIn(await ask(stranger, words.payAgain(order)));
    await stranger.say(words.forged(order.key, '00', { transactionToken }));
  }),
  ...both('forges 05', APPROVED, 'asked', async (stranger, known) => {
    await stranger.say(words.forged(known.order.key, '05', { transactionToken: tokenOf(known) }));
  }),
  ...both('says that the payment is stored, Y3', DECLINED, 'asked', async (stranger, known) => {
    await stranger.say(words.wordOfTill(known.order.key, 'Y3', tokenOf(known)));
  }),
  ...both('says that the payment is not stored, Z3', APPROVED, 'asked', async (stranger, known) => {
    await stranger.say(words.wordOfTill(known.order.key, 'Z3', tokenOf(known)));
  }),
];

const late: readonly Attack[] = [
  ...both('forges 00 when the payment is over', DECLINED, 'ended', async (stranger, known) => {
    await stranger.say(words.forged(known.order.key, '00', { transactionToken: tokenOf(known) }));
  }),
  ...[sales.LOST_TAP, sales.LOST_SLOT, sales.LOST_BASKET].map((sale): Attack => {
    return {
      title: `forges 00 for a payment that is left open, by the token that it is told: ${sale.title}`,
      sale,
      at: 'ended',
      does: async (stranger, known) => {
        const told = tokenIn(await ask(stranger, words.lookUp(known.order.key)));
        const transactionToken = told === words.NO_TOKEN ? tokenOf(known) : told;
        await stranger.say(words.forged(known.order.key, '00', { transactionToken }));
      },
    };
  }),
  ...both('forges 00 on the channel of the till, in clear', DECLINED, 'asked', async (stranger, known) => {
    const answer = words.forged(known.order.key, '00', { transactionToken: tokenOf(known) });
    await stranger.sayOn(known.ownerChannel, answer);
  }).map((attack): Attack => ({ ...attack, resets: true })),
];

const lastApproval = ({ earlier }: Known): Uint8Array =>
  earlier.findLast(({ answer }) => words.answerIn(answer).responseCode === '00')?.answer ?? new Uint8Array();

const OPEN_BESIDE = [sales.BESIDE_OPEN, sales.BESIDE_OPEN_SLOT] as const;

const replay: readonly Attack[] = [
  ...both('replays the approval of another payment as it was', OPEN_BESIDE, 'answered', async (stranger, known) => {
    await stranger.say(lastApproval(known));
  }),
  ...both('replays the approval of another payment under this key', OPEN_BESIDE, 'asked', async (stranger, known) => {
    await stranger.say(words.changed(lastApproval(known), { key: known.order.key }));
  }),
  ...both(
    'replays the approval of another payment under key and token of this one',
    OPEN_BESIDE,
    'asked',
    async (stranger, known) => {
      const { key } = known.order;
      await stranger.say(words.changed(lastApproval(known), { key, transactionToken: tokenOf(known) }));
    },
  ),
  ...both('crosses the answers of two payments', OPEN_BESIDE, 'answered', async (stranger, known) => {
    const theirs = lastApproval(known);
    const { key, transactionToken } = words.answerIn(theirs);
    await stranger.say(words.changed(known.answer ?? theirs, { key, transactionToken }));
    await stranger.say(words.changed(theirs, { key: known.order.key, transactionToken: tokenOf(known) }));
  }),
  {
    title: 'replays the approval of an earlier tap under the same key',
    sale: sales.SECOND_TAP,
    at: 'answered',
    does: async (stranger, known) => {
      await stranger.say(lastApproval(known));
    },
  },
  {
    title: 'replays the approval of an earlier tap under the same key, without its token',
    sale: sales.SECOND_TAP,
    at: 'answered',
    does: async (stranger, known) => {
      await stranger.say(words.changed(lastApproval(known), { transactionToken: words.NO_TOKEN }));
    },
  },
  ...both('answers before the payment begins', DECLINED, 'begin', async (stranger, { order }) => {
    await stranger.say(words.forged(order.key, '00'));
  }),
  ...both('answers before the question', DECLINED, 'waiting', async (stranger, { order }) => {
    await stranger.say(words.forged(order.key, '00'));
  }),
];

/** The first question about a tender of that kind. */
const about =
  (profileKind: number) =>
  ({ question }: Known): boolean =>
    question?.kind === 'authorise' && (question.profileKind ?? KIND_BANK) === profileKind;

/** The true answer, with something else in it, before the till brings it. */
function swap(what: string, sale: Sale, change: Parameters<typeof words.changed>[1]): Attack {
  return {
    title: `swaps ${what} of a true answer: ${sale.title}`,
    sale,
    at: 'answered',
    does: async (stranger, { answer = new Uint8Array() }) => {
      await stranger.say(words.changed(answer, change));
    },
  };
}

const swaps: readonly Attack[] = [
  swap('the amount', sales.PARTIAL_TAP, { approvedAmount: 1249 }),
  swap('the amount', sales.PARTIAL_SLOT, { approvedAmount: 1 }),
  swap('the decision', sales.DECLINED_TAP, { responseCode: '00' }),
  swap('the authorisation code', sales.APPROVED_TAP, { authorisationCode: 'SWAPPD' }),
  swap('the authorisation code', sales.APPROVED_SLOT, { authorisationCode: 'SWAPPD' }),
  swap('the issuer data', sales.APPROVED_SLOT, { issuerAuthenticationData: new Uint8Array(10).fill(7) }),
  swap('the scripts', sales.SCRIPT_SLOT, { issuerScripts: undefined }),
  { ...swap('the amount', sales.BASKET, { approvedAmount: 1 }), when: about(KIND_GIFT) },
  ...both('brings the true answer in place of the till', APPROVED, 'answered', async (stranger, { answer }) => {
    await stranger.say(answer ?? new Uint8Array());
  }),
];

function tender(title: string, sale: Sale, kind: number, responseCode: string): Attack {
  return {
    title: `answers the question of ${title} with ${responseCode}`,
    sale,
    at: 'asked',
    when: about(kind),
    does: async (stranger, known) => {
      await stranger.say(words.forged(known.order.key, responseCode, { transactionToken: tokenOf(known) }));
    },
  };
}

const questions: readonly Attack[] = [
  tender('a bank in a basket', sales.BASKET_DECLINED, KIND_BANK, '00'),
  tender('a bank in a basket', sales.BASKET, KIND_BANK, '05'),
  tender('a gift card', sales.BASKET, KIND_GIFT, '05'),
  tender('a coupon', sales.BASKET, KIND_COUPON, '05'),
  {
    title: 'answers the question of a bank in a basket by the token that `lookup` tells',
    sale: sales.BASKET_DECLINED,
    at: 'asked',
    does: async (stranger, { order }) => {
      const transactionToken = tokenIn(await ask(stranger, words.lookUp(order.key)));
      await stranger.say(words.forged(order.key, '00', { transactionToken }));
    },
  },
  {
    title: 'confirms the application',
    sale: sales.CONFIRM_SLOT,
    at: 'confirm',
    does: async (stranger, { order }) => {
      await stranger.say(words.confirmation(order.key));
    },
  },
  ...(['00', '05'] as const).map((code): Attack => {
    return {
      title: `chooses in the customer's place, ${code}`,
      sale: sales.BASKET_CHOSEN,
      at: 'choose',
      does: async (stranger, { order }) => {
        await stranger.say(words.choice(order.key, code, new Uint8Array(8).fill(1)));
      },
    };
  }),
  ...(['00', '05'] as const).map((code): Attack => {
    return {
      title: `says how an earlier sale ended, ${code}`,
      sale: sales.BASKET_UNSETTLED,
      at: 'asked',
      when: ({ question }) => question?.kind === 'inquire',
      does: async (stranger, known) => {
        await stranger.say(words.wordOnSale(known.order.key, tokenOf(known), code));
      },
    };
  }),
];

/** At each moment that matters: while the payment is open, and when it's over. */
function atEach(title: string, chosen: readonly Sale[], moments: readonly Moment[], does: Does): readonly Attack[] {
  return chosen.flatMap((sale) =>
    moments.map((at): Attack => ({ title: `${title}, ${sale.title}, ${at}`, sale, at, does })),
  );
}

const asks: readonly Attack[] = [
  ...atEach(
    'looks up',
    [sales.APPROVED_TAP, sales.APPROVED_SLOT, sales.BASKET],
    ['asked', 'ended'],
    async (stranger, { order }) => {
      await stranger.say(words.lookUp(order.key));
    },
  ),
  ...atEach('repeats `pay`', [...APPROVED], ['asked', 'ended'], async (stranger, { order }) => {
    await stranger.say(words.payAgain(order));
  }),
  ...atEach('repeats `pay` with another amount', [...APPROVED], ['asked'], async (stranger, { order }) => {
    await stranger.say(words.payAgain({ ...order, amount: order.amount - 1 }));
  }),
  ...atEach('repeats `checkout`', [sales.BASKET], ['asked', 'ended'], async (stranger, { order }) => {
    await stranger.say(words.checkoutAgain(order));
  }),
  ...atEach('cancels on its own channel', [sales.APPROVED_SLOT, sales.BASKET], ['waiting', 'asked'], (stranger) =>
    stranger.cancel(),
  ),
];

const resets: readonly Attack[] = [
  ...atEach(
    'INIT on the channel of the till',
    [...APPROVED, sales.BASKET],
    ['waiting', 'asked'],
    (stranger, { ownerChannel }) => stranger.reset(ownerChannel),
  ),
  ...atEach('INIT until the channel of the till is taken back', [...APPROVED, sales.BASKET], ['asked'], (stranger) =>
    stranger.takeChannels(),
  ),
].map((attack) => ({ ...attack, resets: true }));

/** What a host may send without a session, on the till's channel. */
function command(name: string, code: number, payload: Uint8Array = NO_BYTES): readonly [title: string, does: Does] {
  return [
    `${name} on the channel of the till`,
    async (stranger, { ownerChannel }) => {
      await stranger.command(ownerChannel, code, payload);
    },
  ];
}

const KINDS = { coupon: KIND_COUPON, gift: KIND_GIFT, bank: KIND_BANK } as const;
const CANCEL = command('CANCEL', COMMAND.cancel);
/** None of them changes anything at the reader. */
const IDLE_COMMANDS = [
  command('PING', COMMAND.ping, Uint8Array.of(1)),
  command('INFO', COMMAND.info),
  command('TAKEN', COMMAND.taken, Uint8Array.of(0)),
  command('KEEPALIVE', COMMAND.keepalive, Uint8Array.of(PROMPT.removeCard)),
  command('ERROR', COMMAND.error, Uint8Array.of(STATUS.tampered)),
  command('a PART', COMMAND.part, Uint8Array.of(0, 1, 2, 3)),
];

const commands: readonly Attack[] = [
  ...atEach(CANCEL[0], [...APPROVED, sales.BASKET], ['begin', 'waiting', 'ended'], CANCEL[1]),
  ...atEach(CANCEL[0], APPROVED, ['asked', 'answered', 'telling', 'finishing', 'told'], CANCEL[1]),
  ...atEach(CANCEL[0], DECLINED, ['asked', 'answered'], CANCEL[1]),
  ...atEach(CANCEL[0], [sales.PARTIAL_SLOT, sales.SCRIPT_SLOT], ['answered', 'finishing'], CANCEL[1]),
  ...atEach(CANCEL[0], [sales.CONFIRM_SLOT], ['confirm'], CANCEL[1]),
  ...atEach(CANCEL[0], [sales.BASKET_CHOSEN], ['choose'], CANCEL[1]),
  ...atEach(CANCEL[0], [sales.LOST_TAP, sales.LOST_SLOT, sales.LOST_BASKET], ['ended'], CANCEL[1]),
  ...(['coupon', 'gift', 'bank'] as const).flatMap((kind) =>
    (['asked', 'answered', 'telling', 'finishing', 'told'] as const).map(
      (at): Attack => ({
        title: `${CANCEL[0]}, ${kind} of a basket, ${at}`,
        sale: sales.BASKET,
        at,
        when: about(KINDS[kind]),
        does: CANCEL[1],
      }),
    ),
  ),
  ...IDLE_COMMANDS.flatMap(([title, does]) => [
    ...atEach(title, [sales.APPROVED_TAP], ['waiting', 'told'], does),
    ...atEach(title, [sales.APPROVED_SLOT, sales.BASKET], ['asked'], does),
  ]),
].map((attack) => ({ ...attack, commands: true }));

export const ATTACKS: readonly Attack[] = [
  ...forge,
  ...late,
  ...replay,
  ...swaps,
  ...questions,
  ...asks,
  ...resets,
  ...commands,
];
