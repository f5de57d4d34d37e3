/**
 * SEL-1 a second time, for comparison: straight from the steps of docs/explanation/how-a-tender-is-chosen.md, on the scenario
 * as it is written, without bounds, and with every set of coupons tried. It shares no code with the firmware.
 */
import type { ScenarioProfile } from '../../../simulator/src/trials/replay/selectionWallet.js';
import type { Accepted, Expected, Input, Tender } from './scenario.js';

const RIDS: Record<string, string> = {
  A000000003: '03',
  A000000004: '02',
  A000000025: '04',
  A000000065: '05',
  A000000152: '06',
  A000000333: '07',
};
const kernelOf = (aid: string): string => RIDS[aid.slice(0, 10)] ?? '00';
const byCard = (a: number, b: number): number => a - b;

export function oracle(input: Input): Expected {
  return planned(input, []);
}

/** @param left ids that their authorisers refused, and that this plan leaves out */
function planned(input: Input, left: readonly string[]): Expected {
  const { merchant, customer, auth, basket, terminal, field } = input;
  const bound = boundToDirectory(input);
  const card = { ...input.card, profiles: bound.profiles };
  const today = input.now.slice(0, 10);
  const total = basket.reduce((sum, line) => sum + line.qty * line.unit, 0);
  const reasons = new Map<string, string>();
  const reads: string[] = [];
  let tenders: Tender[] = [];
  const declined = (p: ScenarioProfile): boolean => customer.decline?.includes(p.id) ?? false;
  const elsewhere = (p: ScenarioProfile): boolean => !(p.merchantScope?.includes(merchant.id) ?? true);
  const expired = (p: ScenarioProfile): boolean => p.expires !== undefined && p.expires < today;
  const end = (outcome: string, more: object = {}): Expected => {
    const isPaid = outcome === 'TENDERS' || outcome === 'PARTIAL';
    if (!isPaid) tenders = [];
    return {
      outcome,
      tenders,
      due: total - tenders.reduce((sum, { amount }) => sum + amount, 0),
      reads,
      excluded: card.profiles.flatMap((p) =>
        reasons.has(p.id) ? [{ profile: p.id, reason: reasons.get(p.id) ?? '' }] : [],
      ),
      ...more,
    };
  };
  const reject = (reason: string): Expected => end('REJECT', { reason });

  // 1
  if (field.piccs > 1 && field.mode === 'enumerate') return end('ENUMERATED', { cards: field.uids ?? [] });
  if (field.piccs > 1 && field.withdrawnTo !== 1) return reject('COLLISION');
  // 2
  for (const p of card.profiles) if ((p.activation ?? 'activated') !== 'activated') reasons.set(p.id, 'NOT_ACTIVATED');
  const live = (...kinds: string[]): ScenarioProfile[] =>
    card.profiles.filter((p) => kinds.includes(p.kind) && reasons.get(p.id) === undefined);
  // 3
  for (const p of live('loyalty')) {
    if (merchant.acceptsLoyalty === false || elsewhere(p)) reasons.set(p.id, 'NOT_ACCEPTED');
    else if (declined(p)) reasons.set(p.id, 'CUSTOMER_DECLINED');
    else reads.push(p.id);
  }
  // 4; what was refused isn't looked at from here on
  for (const id of left) reasons.set(id, 'DECLINED');
  const eligible = (p: ScenarioProfile): number[] =>
    basket.flatMap((line, at) => {
      const isOn =
        line.giftCardItem !== true &&
        (p.rule?.gtins === undefined || (line.gtin !== undefined && p.rule.gtins.includes(line.gtin))) &&
        (p.rule?.categories === undefined ||
          (line.category !== undefined && p.rule.categories.includes(line.category)));
      return isOn ? [at] : [];
    });
  const prices = basket.map((line) => line.qty * line.unit);
  const usable = live('coupon').filter((p) => {
    const rule = p.rule ?? {};
    const lines = eligible(p);
    const tests: [boolean, string][] = [
      [merchant.acceptsCoupons === false, 'COUPON_NOT_ACCEPTED'],
      [declined(p), 'CUSTOMER_DECLINED'],
      [p.validFrom !== undefined && p.validFrom > today, 'COUPON_NOT_YET_VALID'],
      [expired(p), 'COUPON_EXPIRED'],
      [elsewhere(p), 'COUPON_WRONG_MERCHANT'],
      [rule.currency !== undefined && rule.currency !== merchant.currency, 'CURRENCY_MISMATCH'],
      [rule.serial !== undefined && (merchant.redeemedSerials ?? []).includes(rule.serial), 'COUPON_ALREADY_REDEEMED'],
      [
        lines.length === 0 || lines.reduce((sum, at) => sum + (basket[at]?.qty ?? 0), 0) < (rule.minQty ?? 0),
        'COUPON_NO_MATCHING_ITEM',
      ],
      [lines.reduce((sum, at) => sum + (prices[at] ?? 0), 0) < (rule.minSpend ?? 0), 'COUPON_MIN_SPEND'],
    ];
    const first = tests.find(([applies]) => applies);
    if (first !== undefined) reasons.set(p.id, first[1]);
    return first === undefined;
  });
  const isAllowed = (set: readonly ScenarioProfile[]): boolean => {
    const policy = merchant.couponPolicy ?? 'per-source';
    if (set.length < 2) return true;
    if (policy === 'single' || set.some((p) => p.rule?.exclusive)) return false;
    if (policy === 'all') return true;
    const order = set.filter((p) => p.rule?.gtins === undefined && p.rule?.categories === undefined);
    const items = set.filter((p) => !order.includes(p));
    return (
      order.length <= 1 &&
      basket.every((_line, at) =>
        ['store', 'manufacturer'].every(
          (source) =>
            items.filter((p) => (p.rule?.source ?? 'store') === source && eligible(p).includes(at)).length <= 1,
        ),
      )
    );
  };
  const apply = (set: readonly ScenarioProfile[]): { left: bigint[]; taken: Tender[] } => {
    const left = prices.map(BigInt);
    const taken: Tender[] = [];
    const sorted = set.slice().sort((a, b) => (a.rule?.priority ?? 100) - (b.rule?.priority ?? 100));
    for (const p of sorted) {
      const lines = eligible(p);
      const rule = p.rule ?? {};
      const base = lines.reduce((sum, at) => sum + (left[at] ?? 0n), 0n);
      let off =
        rule.percent === undefined ? BigInt(rule.amountOff ?? 0) : (base * BigInt(rule.percent) * 2n + 100n) / 200n;
      if (rule.maxDiscount !== undefined && off > BigInt(rule.maxDiscount)) off = BigInt(rule.maxDiscount);
      if (off > base) off = base;
      let over = off;
      for (const at of lines) {
        const share = base === 0n ? 0n : (off * (left[at] ?? 0n)) / base;
        left[at] = (left[at] ?? 0n) - share;
        over -= share;
      }
      while (over > 0n) {
        const most = lines.reduce((best, at) => ((left[at] ?? 0n) > (left[best] ?? 0n) ? at : best), lines[0] ?? 0);
        const part = over < (left[most] ?? 0n) ? over : (left[most] ?? 0n);
        left[most] = (left[most] ?? 0n) - part;
        over -= part;
      }
      if (off > 0n) taken.push({ profile: p.id, kind: 'coupon', amount: Number(off) });
    }
    return { left, taken };
  };
  const sets = Array.from({ length: 2 ** usable.length }, (_, mask) => usable.filter((_p, at) => (mask >> at) & 1))
    .filter(isAllowed)
    .map((set) => ({ set, ...apply(set), places: set.map((p) => usable.indexOf(p)) }))
    .map((tried) => ({ ...tried, total: tried.taken.reduce((sum, { amount }) => sum + amount, 0) }))
    .sort(
      (a, b) =>
        b.total - a.total ||
        a.set.length - b.set.length ||
        (a.places.map((place, at) => place - (b.places[at] ?? 0)).find((difference) => difference !== 0) ?? 0),
    );
  const best = sets[0] ?? { set: usable.slice(0, 0), taken: [], left: prices.map(BigInt) };
  for (const p of usable) if (!best.set.includes(p)) reasons.set(p.id, 'COUPON_COMBINATION_DISALLOWED');
  tenders.push(...best.taken);
  let due = total - best.taken.reduce((sum, { amount }) => sum + amount, 0);
  let giftable = Number(best.left.reduce((sum, left, at) => (basket[at]?.giftCardItem ? sum : sum + left), 0n));
  const pay = (p: ScenarioProfile, amount: number, isGiftable: boolean): void => {
    if (amount <= 0) return;
    tenders.push({ profile: p.id, kind: p.kind, amount });
    due -= amount;
    if (isGiftable) giftable -= amount;
  };
  // 5
  for (const p of live('loyalty'))
    pay(p, Math.min(customer.redeem?.[p.id] ?? 0, p.pointsValue ?? 0, due, giftable), true);
  // 6
  const split = merchant.splitTender ?? true;
  const gifts = live('gift').filter((p) => {
    if (merchant.acceptsGift === false) reasons.set(p.id, 'NOT_ACCEPTED');
    else if (declined(p)) reasons.set(p.id, 'CUSTOMER_DECLINED');
    else if (expired(p)) reasons.set(p.id, 'EXPIRED');
    else if (elsewhere(p)) reasons.set(p.id, 'NOT_ACCEPTED');
    else if (p.currency !== merchant.currency) reasons.set(p.id, 'CURRENCY_MISMATCH');
    return reasons.get(p.id) === undefined;
  });
  gifts.sort((a, b) => {
    const [x, y] = [a.expires ?? '9999', b.expires ?? '9999'];
    if (x !== y) return x < y ? -1 : 1;
    return (a.balance ?? Infinity) === (b.balance ?? Infinity) ? 0 : (a.balance ?? Infinity) - (b.balance ?? Infinity);
  });
  let used = 0;
  for (const p of gifts) {
    const balance = p.balance ?? auth[p.id]?.approved ?? Infinity;
    const amount = Math.min(balance, due, giftable);
    if (amount === 0) continue;
    if (!split && amount < due) reasons.set(p.id, 'SPLIT_NOT_ALLOWED');
    else if (merchant.maxGiftCards !== undefined && used >= merchant.maxGiftCards) reasons.set(p.id, 'GIFT_LIMIT');
    else {
      used += 1;
      pay(p, amount, true);
    }
  }
  // 15: what is refused, of what an authoriser keeps before the funding is looked for
  const refusal = tenders.find(({ profile, kind, amount }) => {
    const isAsked = kind !== 'gift' || typeof card.profiles.find(({ id }) => id === profile)?.balance === 'number';
    return isAsked && (auth[profile]?.approved ?? amount) < amount;
  });
  const again = (): Expected => planned(input, [...left, refusal?.profile ?? '']);
  // 7
  if (due === 0) return refusal === undefined ? end('TENDERS') : again();
  // 8
  const ctls = terminal.interface === 'contactless';
  const on = merchant.accepts.filter((c) => !(ctls && c.ctlsTxnLimit !== undefined && c.ctlsTxnLimit <= due));
  if (ctls && on.length === 0) return reject('TRY_ANOTHER_INTERFACE');
  // 9
  const matches = (p: ScenarioProfile, c: Accepted): boolean => {
    const aid = p.aid ?? '';
    if (!ctls && c.asi === 'exact') return aid === c.aid;
    const wanted = p.kernelId ?? kernelOf(aid);
    return aid.startsWith(c.aid) && (!ctls || wanted === '00' || wanted === (c.kernelId ?? kernelOf(c.aid)));
  };
  const found = live('bank', 'account').filter((p) => {
    const accepted = on.find((c) => matches(p, c));
    const size = (p.aid ?? '').length / 2;
    const tests: [boolean, string][] = [
      [expired(p), 'EXPIRED'],
      [declined(p), 'CUSTOMER_DECLINED'],
      [elsewhere(p), 'NOT_ACCEPTED'],
      [size < 5 || size > 16 || bound.contradicted.includes(p.id), 'MALFORMED_ADF'],
      [p.kind === 'account' && (p.currency ?? merchant.currency) !== merchant.currency, 'CURRENCY_MISMATCH'],
      [accepted === undefined && merchant.accepts.some((c) => matches(p, c)), 'OVER_CTLS_LIMIT'],
      [accepted === undefined, 'NOT_ACCEPTED'],
      [ctls && accepted?.cvmLimit !== undefined && due >= accepted.cvmLimit && p.cdcvm !== true, 'CVM_REQUIRED'],
      [!ctls && ((p.api ?? 0) & 0x80) !== 0 && terminal.supportsConfirmation !== true, 'CONFIRMATION_UNAVAILABLE'],
    ];
    const first = tests.find(([applies]) => applies);
    if (first !== undefined) reasons.set(p.id, first[1]);
    return first === undefined;
  });
  const brandOf = (p: ScenarioProfile): string =>
    (p.kind === 'bank' ? p.brand : undefined) ?? on.find((c) => matches(p, c))?.brand ?? '';
  const groupOf = (p: ScenarioProfile | undefined): string | undefined => p && (p.fundingAccount ?? p.id);
  const { choose } = customer;
  const isNamed = (p: ScenarioProfile): boolean =>
    choose?.profile === p.id || (choose?.brand !== undefined && choose.brand === brandOf(p));
  const matching = (): NonNullable<typeof card.rules> =>
    (card.rules ?? []).filter(
      ({ when }) =>
        (when.mcc?.includes(merchant.mcc) ?? true) &&
        (when.minAmount ?? 0) <= due &&
        due <= (when.maxAmount ?? Infinity) &&
        (when.currency ?? merchant.currency) === merchant.currency &&
        (when.merchant ?? merchant.id) === merchant.id,
    );
  const isForbidden = (p: ScenarioProfile): boolean => matching().some(({ never }) => never === groupOf(p));
  const namedGroups = found.filter(isNamed).map(groupOf);
  const isChoiceAllowed = found.some((p) => isNamed(p) && !isForbidden(p));
  const candidates = found.filter((p) => {
    if (!isForbidden(p) || (!isChoiceAllowed && namedGroups.includes(groupOf(p)))) return true;
    reasons.set(p.id, 'CARD_RULE_FORBIDS');
    return false;
  });
  // 10 to 12
  if (choose !== undefined && !candidates.some(isNamed)) return reject('CHOSEN_UNAVAILABLE');
  const ruled = matching().find(({ use }) => use !== undefined)?.use;
  const priority = (p: ScenarioProfile): number => (p.api ?? 0) & 15 || 16;
  const chosen = choose?.profile && groupOf(card.profiles.find((p) => p.id === choose.profile));
  const groups = [...new Set(candidates.map(groupOf))].map((name) => {
    const members = candidates.filter((p) => groupOf(p) === name);
    const us = merchant.region === 'US' && members.every((p) => p.funding === 'debit');
    const mayChoose =
      merchant.region === 'EEA' || (us ? merchant.honorsNetworkChoice === true : merchant.allowOverride !== false);
    const fee = (p: ScenarioProfile): number => {
      const cost = merchant.costs?.[brandOf(p)];
      return cost === undefined ? 1e15 : cost.fixed + Math.floor((cost.bps * due + 5000) / 10000);
    };
    const place = (p: ScenarioProfile): number => {
      const at = (merchant.brandPreference ?? []).indexOf(brandOf(p));
      return at < 0 ? 1000 : at;
    };
    const front = (p: ScenarioProfile): number => (mayChoose && isNamed(p) ? 0 : 1);
    const merchants = merchant.routing === 'least-cost' ? fee : place;
    const order = members
      .slice()
      .sort((a, b) => front(a) - front(b) || merchants(a) - merchants(b) || priority(a) - priority(b));
    return { name, order, us, best: Math.min(...members.map(priority)) };
  });
  const rank = (name: string | undefined): number =>
    [chosen, ruled, card.selected].findIndex((first) => first !== undefined && first === name) >>> 0;
  groups.sort((a, b) => byCard(rank(a.name), rank(b.name)) || a.best - b.best);
  const holder = groups.find(({ order }) => order.some(isNamed));
  if (choose?.brand !== undefined && holder !== undefined && !holder.us)
    groups.sort((a, b) => Number(b === holder) - Number(a === holder));
  const offered = groups.flatMap(({ order }) => order);
  // 13
  const [first] = offered;
  if (
    !ctls &&
    first !== undefined &&
    ((first.api ?? 0) & 0x80) !== 0 &&
    customer.confirms !== first.id &&
    !isNamed(first)
  ) {
    if (customer.confirms === false && offered.length === 1) return reject('CONFIRMATION_REFUSED');
    return end('CHOICE_REQUIRED', { candidates: offered.map((p) => p.id) });
  }
  if (refusal !== undefined && (offered.length > 0 || merchant.remainder === 'collect')) return again();
  // 14 and 15
  let queue = offered;
  let authorised: string | undefined;
  while (queue.length > 0) {
    const [p, ...rest] = queue;
    if (p === undefined) break;
    queue = rest;
    const group = groups.find(({ name }) => name === groupOf(p));
    if ((p.selectSw ?? '9000') !== '9000') {
      reasons.set(p.id, 'SELECT_FAILED');
      if (choose === undefined || authorised !== undefined) continue;
      const isLast = !queue.some((other) => groupOf(other) === groupOf(p));
      const isPromiseOfGroup = group?.us === true && merchant.honorsNetworkChoice !== true;
      if ((isNamed(p) && !isPromiseOfGroup) || (group === holder && isLast)) return reject('CHOSEN_UNAVAILABLE');
      continue;
    }
    authorised = groupOf(p);
    const answer = auth[p.id] ?? { approved: due, code: '00' };
    const counts = answer.code !== '10' || (merchant.partialApproval === true && split);
    const approved = counts ? Math.min(answer.approved, due) : 0;
    if (approved === 0) reasons.set(p.id, 'DECLINED');
    pay(p, approved, false);
    if (due === 0 || card.fallbackGroup === undefined || card.fallbackGroup === authorised) break;
    queue = offered.filter((other) => groupOf(other) === card.fallbackGroup && !reasons.has(other.id));
    for (const other of queue) if (isForbidden(other)) reasons.set(other.id, 'CARD_RULE_FORBIDS');
    queue = queue.filter((other) => !reasons.has(other.id));
  }
  // 16
  if (due === 0) return end('TENDERS');
  if (tenders.length > 0 && merchant.remainder === 'collect') return end('PARTIAL');
  if (authorised === undefined) return reject('CANDIDATE_LIST_EMPTY');
  return reject(tenders.some(({ kind }) => kind === 'bank' || kind === 'account') ? 'INSUFFICIENT_TENDER' : 'DECLINED');
}

/** Applications with the priorities of the directory; those of which the list says something else. */
function boundToDirectory({ card }: Input): { profiles: ScenarioProfile[]; contradicted: string[] } {
  const entries = entriesOf(card.ppse?.slice(0, -4) ?? '');
  const contradicted: string[] = [];
  const profiles = card.profiles.map((p) => {
    const isLive = (p.activation ?? 'activated') === 'activated' && (p.kind === 'bank' || p.kind === 'account');
    const at = isLive ? entries.findIndex(({ aid }) => aid === p.aid) : -1;
    const [entry] = at < 0 ? [] : entries.splice(at, 1);
    if (entry?.api === undefined) return p;
    if (p.api !== undefined && p.api !== null && p.api !== entry.api) contradicted.push(p.id);
    return { ...p, api: entry.api };
  });
  return { profiles, contradicted };
}

/** Data objects of hexadecimal text: tags of one or two bytes, lengths of one or two. */
function objectsOf(hex: string): [tag: string, value: string][] {
  if (hex === '') return [];
  const tagEnd = (Number.parseInt(hex.slice(0, 2), 16) & 31) === 31 ? 4 : 2;
  const isLong = hex.slice(tagEnd, tagEnd + 2) === '81';
  const start = tagEnd + (isLong ? 4 : 2);
  const end = start + 2 * Number.parseInt(hex.slice(start - 2, start), 16);
  return [[hex.slice(0, tagEnd), hex.slice(start, end)], ...objectsOf(hex.slice(end))];
}

function entriesOf(ppse: string): { aid: string; api: number | undefined }[] {
  const open = (hex: string, tag: string): string => objectsOf(hex).find(([name]) => name === tag)?.[1] ?? '';
  return objectsOf(open(open(open(ppse, '6F'), 'A5'), 'BF0C')).map(([, entry]) => {
    const api = open(entry, '87');
    return { aid: open(entry, '4F'), api: api === '' ? undefined : Number.parseInt(api, 16) };
  });
}
