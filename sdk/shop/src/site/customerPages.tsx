/**
 * Pages of one customer: checkout, sign-in, an order, what is kept and agreed.
 * Floor: shop site.
 */
import type { ConsentPurpose, ConsentReceipt, Gift, Order, Priced, Sharing } from '../api.js';
import type { Fact } from '../customers/facts.js';
import type { Slot } from '../orders/orders.js';
import { at, cash, Form, Lines, page, say, time, type View } from './layout.js';
import { QUESTIONS, STATUS, T } from './texts.js';

export function checkoutPage(
  view: View,
  priced: Priced,
  slots: readonly Slot[],
  key: string,
  mayPayOnline: boolean,
): string {
  const {
    shop,
    session: { language, holder },
  } = view;
  return page(
    view,
    say(language, T.order),
    <>
      <Lines priced={priced} language={language} />
      <Form view={view} path="/checkout">
        <input type="hidden" name="key" value={key} />
        <input type="hidden" name="total" value={priced.total} />
        <label>
          {say(language, T.name)} <input name="name" required maxLength={60} autocomplete="name" />
        </label>
        <label>
          {say(language, T.slot)}{' '}
          <select name="slot" required>
            {slots.map(({ fromMs, untilMs }) => (
              <option key={fromMs} value={fromMs}>
                {time(fromMs, shop, language)} –{' '}
                {new Intl.DateTimeFormat(language, {
                  timeZone: shop.timeZone,
                  hour: '2-digit',
                  minute: '2-digit',
                }).format(untilMs)}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          {mayPayOnline && holder && (
            <label>
              <input type="radio" name="pay" value="account" checked /> {say(language, T.payAccount)} ({holder.label})
            </label>
          )}
          <label>
            <input type="radio" name="pay" value="counter" checked={!(mayPayOnline && holder)} />{' '}
            {say(language, T.payCounter)}
          </label>
          {mayPayOnline && !holder && (
            <p>
              <a href={at(shop, '/sign-in')}>{say(language, T.signIn)}</a>
            </p>
          )}
        </fieldset>
        {holder && (
          <label>
            {say(language, T.giftCode)} <input name="gift" maxLength={16} />
          </label>
        )}
        <button type="submit">{say(language, T.place)}</button>
      </Form>
    </>,
  );
}

/** @param gift none: nobody asked yet; null: there is no such gift card */
export function giftPage(view: View, gift?: Gift | null): string {
  const {
    session: { language },
  } = view;
  return page(
    view,
    say(language, T.giftCard),
    <>
      {gift === null && (
        <p class="gone" role="alert">
          {say(language, T.giftUnknown)}
        </p>
      )}
      {gift && (
        <p role="status">
          {say(language, T.giftLeft)}: <strong>{cash(gift.balance, gift.currency, language)}</strong>
        </p>
      )}
      {gift?.held && (
        <p>
          {say(language, T.giftHeld)} {time(gift.held.untilMs, view.shop, language)}:{' '}
          {cash(gift.held.amount, gift.currency, language)}
        </p>
      )}
      <Form view={view} path="/gift">
        <label>
          {say(language, T.giftOf)} <input name="code" required maxLength={16} autocomplete="off" />
        </label>
        <button type="submit">{say(language, T.giftLook)}</button>
      </Form>
    </>,
  );
}

export function signInPage(view: View, isWrong: boolean): string {
  const {
    session: { language },
  } = view;
  return page(
    view,
    say(language, T.signIn),
    <>
      <p>{say(language, T.signInHow)}</p>
      {isWrong && (
        <p class="gone" role="alert">
          {say(language, T.wrongCode)}
        </p>
      )}
      <Form view={view} path="/sign-in">
        <label>
          {say(language, T.oneTimeCode)} <input name="code" required maxLength={16} autocomplete="one-time-code" />
        </label>
        <button type="submit">{say(language, T.signIn)}</button>
      </Form>
    </>,
  );
}

export function orderPage(view: View, order: Order, code: string): string {
  const {
    shop,
    session: { language },
  } = view;
  const isOpen = order.status === 'placed' || order.status === 'paid' || order.status === 'ready';
  return page(
    view,
    `${say(language, T.order)} ${order.number}`,
    <>
      <p class="status">{say(language, STATUS[order.status])}</p>
      {order.isBeingPaid && <p role="status">{say(language, T.beingPaid)}</p>}
      <p>{time(order.slot.fromMs, shop, language)}</p>
      {isOpen && (
        <p>
          {say(language, T.pickupCode)}: <strong class="code">{code}</strong>
        </p>
      )}
      <Lines priced={{ ...order, discounts: [], subtotal: order.total }} language={language} />
      <ol>
        {order.events.map(({ status, atMs }) => (
          <li key={`${status}${atMs}`}>
            {say(language, STATUS[status])}, {time(atMs, shop, language)}
          </li>
        ))}
      </ol>
      {isOpen && !order.isPaid && !order.isBeingPaid && (
        <Form view={view} path={`/orders/${order.number}/cancel`}>
          <button type="submit">{say(language, T.cancel)}</button>
        </Form>
      )}
    </>,
  );
}

export function dataPage(
  view: View,
  receipts: readonly ConsentReceipt[],
  facts: readonly Fact[],
  open: readonly ConsentPurpose[],
  orders: readonly string[],
): string {
  const {
    shop,
    session: { language },
  } = view;
  return page(
    view,
    say(language, T.myData),
    <>
      <h2>{say(language, T.agreed)}</h2>
      {receipts.length === 0 && <p>{say(language, T.nothing)}</p>}
      {receipts.map((receipt) => (
        <section key={receipt.consentReceiptID} class="receipt">
          <p>{receipt.notice}</p>
          <p>
            {time(receipt.consentTimestamp * 1000, shop, language)} · {say(language, T[receipt.state])}
          </p>
          {receipt.state === 'given' && (
            <Form view={view} path={`/me/consents/${receipt.consentReceiptID}/withdraw`}>
              <button type="submit">{say(language, T.withdraw)}</button>
            </Form>
          )}
        </section>
      ))}
      {open.map((purpose) => (
        <Form key={purpose} view={view} path="/me/consents">
          <p>{say(language, QUESTIONS[purpose])}</p>
          <input type="hidden" name="purpose" value={purpose} />
          <button type="submit">{say(language, T.agree)}</button>
        </Form>
      ))}
      <h2>{say(language, T.kept)}</h2>
      {facts.length === 0 && <p>{say(language, T.nothing)}</p>}
      <ul>
        {facts.map(({ atMs, detail }) => (
          <li key={atMs}>
            {time(atMs, shop, language)}: {JSON.stringify(detail)}
          </li>
        ))}
      </ul>
      <ul>
        {orders.map((number) => (
          <li key={number}>
            <a href={at(shop, `/orders/${number}`)}>{number}</a>
          </li>
        ))}
      </ul>
      <p>
        <a href={at(shop, '/me/export.json')}>{say(language, T.export)}</a>
      </p>
      <Form view={view} path="/sign-out">
        <button type="submit">{say(language, T.signOut)}</button>
      </Form>
    </>,
  );
}

export function privacyPage(view: View, sharing: Sharing, receiptKey: string): string {
  const {
    session: { language },
  } = view;
  const shared = sharing.fields.filter(({ isShared }) => isShared);
  return page(
    view,
    say(language, T.privacy),
    <>
      <p>
        {say(language, T.shared)}:{' '}
        {shared.length === 0 ? say(language, T.nothing) : shared.map(({ field }) => field).join(', ')}
      </p>
      <p>{say(language, T.neverCustomers)}</p>
      <pre>{receiptKey}</pre>
    </>,
  );
}
