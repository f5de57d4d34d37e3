/**
 * Completes a checkout: once, however often and with whatever else it's asked for at the same time.
 *
 *   claim      in the checkout, for two minutes: nobody else completes it, changes it or cancels it
 *   sign in    the account says whose code it is. Paid at the counter, both are left out
 *   order      the order, what it reserves, and its number in the checkout, in one transaction, if the checkout is what it was
 *   pay        the account is asked, under the order's own key; decision 66
 *
 * Source: docs/reference/shop.md, UCP; decision 74.   Floor: shop ucp.
 */
import type { AccountHolder } from '../accounts.js';
import type { Shop } from '../createShop.js';
import { giveConsentAs, mayKeep, withdrawPurpose } from '../customers/consents.js';
import { knowCustomer } from '../customers/pairwise.js';
import type { Work } from '../database/work.js';
import { canonical, draw } from '../names.js';
import { ShopError } from '../shopError.js';
import { type Consent, isBeingCompleted, type Kept, nameOf } from './checkoutOf.js';
import { type Checkouts, checkoutIn, keepCheckout, sessionOf, shopOf } from './checkouts.js';

const CLAIM_MS = 2 * 60_000;
const CONSENT_DAYS = 365;
const PURPOSES = {
  analytics: 'analytics',
  preferences: 'preferences',
  marketing: 'marketing',
  sale_of_data: 'sale-or-sharing',
} as const satisfies Record<keyof Consent, string>;

/** @param code of the account; none: it's paid at the counter @returns the checkout, completed or with what is in the way */
export async function completeCheckout(
  shop: Shop,
  checkouts: Checkouts,
  id: string,
  code: string | undefined,
  origin: string,
): Promise<object> {
  const by = draw(shop.random, 16);
  let mine: Kept | undefined;
  const now = await checkouts.change(id, (kept, { nowMs }) => {
    refuseCancelled(kept);
    if (kept.order !== undefined || isBeingCompleted(kept, nowMs)) return kept;
    if (kept.slotMs === undefined || nameOf(kept.buyer) === '')
      throw new ShopError('invalid', 'A pickup time (selected_option_id) and the buyer’s name are missing.');
    mine = code === undefined ? kept : { ...kept, claim: { by, untilMs: nowMs + CLAIM_MS } };
    return mine;
  });
  if (mine === undefined) return now;
  const began: Kept = mine;
  const open = (change: Partial<Kept> = {}, messages: readonly object[] = []): Promise<object> =>
    checkouts.change(
      id,
      (kept) => {
        // Paid at the counter, nothing kept it from being cancelled meanwhile.
        refuseCancelled(kept);
        if (kept.claim?.by !== by) return kept;
        const { claim: _, ...rest } = kept;
        return { ...rest, ...change };
      },
      messages,
    );
  try {
    const holder = code === undefined ? undefined : await holderOf(shop, shopOf(id), code);
    if (code !== undefined && holder === undefined) return await open({ isDeclined: true });
    const { lines, codes, buyer, slotMs = 0, shown = 0, attempt } = began;
    await shop.order(
      shopOf(id),
      `${id.slice(-26)}-${attempt}`,
      {
        lines,
        codes,
        customerName: nameOf(buyer),
        language: 'en',
        slotMs,
        total: shown,
        pay: holder === undefined ? 'counter' : 'account',
      },
      { session: sessionOf(id), holder },
      (work, number) => noteOrdered(work, id, began, number, holder, origin),
    );
    return await open();
  } catch (fault) {
    const message = fault instanceof ShopError ? WHAT_HAPPENED[fault.code] : undefined;
    const told = await open({}, message === undefined ? [] : [message]);
    if (message === undefined && !(fault instanceof ShopError && KNOWN.includes(fault.code))) throw fault;
    return told;
  }
}

function refuseCancelled({ isCancelled }: Kept): void {
  if (isCancelled) throw new ShopError('wrong-state', 'This checkout is canceled.');
}

/** The checkout itself tells: what is missing now, what the account said, or that it's still asked. */
const KNOWN: readonly string[] = ['declined', 'unavailable', 'out-of-stock', 'wrong-state'];
const WHAT_HAPPENED: Readonly<Record<string, object>> = {
  'price-changed': {
    type: 'warning',
    code: 'price_changed',
    content: 'Prices changed since they were told. Nothing was ordered.',
  },
};

async function holderOf(shop: Shop, of: string, code: string): Promise<AccountHolder | undefined> {
  const { merchant } = await shop.read(of, async (work) => work.shop);
  const said = await shop.accounts?.signIn(merchant, code.trim()).catch((cause: unknown) => {
    throw new ShopError('unavailable', 'The account did not answer.', { cause });
  });
  return said?.ok === true ? said.holder : undefined;
}

/** In the transaction of the order: its checkout can't have been cancelled, and has it from now on. */
async function noteOrdered(
  work: Work,
  id: string,
  began: Kept,
  number: string,
  holder: AccountHolder | undefined,
  origin: string,
): Promise<void> {
  const { kept, expiresMs } = await checkoutIn(work, id);
  if (stateOf(kept) !== stateOf(began))
    throw new ShopError('wrong-state', 'This checkout became another one meanwhile.');
  const { claim: _, isDeclined: __, ...rest } = kept;
  await keepCheckout(work, id, { ...rest, order: number }, expiresMs);
  if (kept.platform !== undefined)
    await work.query('insert into order_platform values ($1, $2, $3, $4, $5)', [
      work.shop.shop_id,
      number,
      id,
      kept.platform,
      origin,
    ]);
  if (holder !== undefined && kept.buyer.consent !== undefined)
    await noteConsent(work, await knowCustomer(work, holder), kept.buyer.consent, kept.platform);
}

/** All but what was told of its price. */
function stateOf({ shown: _, ...kept }: Kept): string {
  return canonical(kept);
}

/** Yes is a receipt, unless one holds; no ends those that do. Of a buyer whom nobody knows there is nothing to agree to. */
async function noteConsent(work: Work, customer: string, consent: Consent, platform = 'a platform'): Promise<void> {
  for (const [name, purpose] of Object.entries(PURPOSES)) {
    const isGiven = consent[name as keyof Consent];
    if (isGiven === false) await withdrawPurpose(work, customer, purpose);
    if (isGiven !== true || (await mayKeep(work, customer, purpose))) continue;
    const text = `Told by ${platform} for the buyer: ${name}.`;
    const request = { purposes: [purpose], text, language: 'en', method: 'platform', days: CONSENT_DAYS } as const;
    await giveConsentAs(work, request, customer);
  }
}
