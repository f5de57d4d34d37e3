/** Taking the money: one large thing at a time, for the customer to read from the other side of the counter.   Floor: till. */
import { tipChoices } from '@comptoir/sdk/checkout';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ReceiptView } from '../sale/ReceiptView.js';
import { isStored, remainingOf, type SaleRecord, takenOf, tendersOf } from '../sale/saleRecord.js';
import { settings } from '../settings/settings.js';
import { Icon } from '../shell/Icon.js';
import { isOnline } from '../shop/shopClient.js';
import { inMoney, inTime } from '../words/money.js';
import { say } from '../words/words.js';
import { CashPad } from './CashPad.js';
import { ChooseView } from './ChooseView.js';
import { ConsentOffer } from './ConsentOffer.js';
import {
  askAgain,
  beginCash,
  beginCharge,
  type Charge,
  charge,
  chargeCard,
  giveUp,
  leaveCharge,
  setTip,
  stopWaiting,
} from './charge.js';
import { PromptView } from './PromptView.js';

export function ChargeDialog(): JSX.Element | null {
  const { value } = charge;
  const frame = useRef<HTMLDialogElement>(null);
  const isOpen = value.at !== 'idle';
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const before = document.activeElement;
    show();
    // Whoever types goes on where the charge began, or where the page begins. At once: no key goes to a place between.
    return () => focusOn(before);
  }, [isOpen]);
  const show = (): void => {
    if (frame.current?.open === false) frame.current.showModal();
  };
  // Each step is read out, and a keyboard begins at its head.
  useLayoutEffect(() => {
    frame.current?.querySelector<HTMLElement>('h2')?.focus();
  }, [value.at]);
  if (!isOpen) return null;
  return (
    <dialog
      ref={frame}
      class="charge"
      data-at={value.at}
      aria-labelledby="charge-title"
      onCancel={(event) => {
        event.preventDefault();
        stepBack(value);
      }}
      // A browser closes at the second Escape whatever it's told: what isn't over stays.
      onClose={show}
    >
      <Step value={value} />
    </dialog>
  );
}

/** Escape does what the button to go back does; where money came already, there is none. */
function stepBack(value: Charge): void {
  if (value.at === 'how' && takenOf(value.sale) === 0) leaveCharge();
  if (value.at === 'prompt') stopWaiting();
  if (value.at === 'choose') value.answer(undefined);
  if (value.at === 'cash' || value.at === 'refused') beginCharge(value.sale);
  if (value.at === 'unknown' || value.at === 'paid') leaveCharge();
}

/** A button that does nothing any more can't have the focus. */
function focusOn(before: Element | null): void {
  if (before instanceof HTMLElement && before !== document.body) before.focus();
  if (document.activeElement !== before || before === document.body) document.getElementById('content')?.focus();
}

function Step({ value }: { readonly value: Charge }): JSX.Element | null {
  switch (value.at) {
    case 'idle':
      return null;
    case 'how':
      return <HowView sale={value.sale} />;
    case 'cash':
      return <CashPad sale={value.sale} />;
    case 'prompt':
      return <PromptView {...value} />;
    case 'choose':
      return <ChooseView {...value} />;
    case 'paid':
      return <PaidView sale={value.sale} />;
    case 'refused':
      return (
        <End
          mood={value.isDeclined || value.message !== '' ? 'bad' : 'calm'}
          icon="cross"
          title={value.isDeclined ? say('declined') : say('nothingTaken')}
          message={value.message}
        >
          <button type="button" class="main" onClick={() => void chargeCard(value.sale)}>
            {say('tryAgain')}
          </button>
          <button type="button" onClick={() => beginCharge(value.sale)}>
            {say('otherWay')}
          </button>
        </End>
      );
    case 'unknown':
      return (
        <End
          mood="warn"
          icon="question"
          title={say('unknownTitle')}
          message={`${say('unknownHint')} ${value.message} ${heldUntil(value.heldUntilMs)}`.trimEnd()}
        >
          <button type="button" class="main" onClick={() => void askAgain(value.sale, value.key)}>
            {say('ask')}
          </button>
          <button type="button" onClick={leaveCharge}>
            {say('close')}
          </button>
        </End>
      );
  }
}

function heldUntil(ms: number | undefined): string {
  return ms === undefined ? '' : say('heldUntil', { time: inTime(ms) });
}

interface EndProps {
  readonly mood: 'good' | 'bad' | 'warn' | 'calm';
  readonly icon: 'check' | 'cross' | 'question' | 'clock';
  readonly title: string;
  readonly message: string;
  readonly children: JSX.Element | readonly JSX.Element[];
}

function End({ mood, icon, title, message, children }: EndProps): JSX.Element {
  return (
    <div class="end" data-mood={mood}>
      <span class="sign">
        <Icon name={icon} size={64} />
      </span>
      <h2 id="charge-title" tabIndex={-1}>
        {title}
      </h2>
      <p class="message">{message}</p>
      <div class="buttons">{children}</div>
    </div>
  );
}

function PaidView({ sale }: { readonly sale: SaleRecord }): JSX.Element {
  const hasReceipt = useSignal(false);
  const stored = isStored(sale);
  const change = sale.parts.reduce(
    (sum, { received, taken }) => sum + (received === undefined ? 0 : received - taken),
    0,
  );
  return (
    <div class="paid-view">
      <End
        mood={stored ? 'warn' : 'good'}
        icon={stored ? 'clock' : 'check'}
        title={stored ? say('storedTitle') : say('paid')}
        message={stored ? say('storedHint') : inMoney(takenOf(sale), sale.currency)}
      >
        <button type="button" class="main" onClick={leaveCharge}>
          {say('newSale')}
        </button>
        <button
          type="button"
          aria-expanded={hasReceipt.value}
          onClick={() => {
            hasReceipt.value = !hasReceipt.value;
          }}
        >
          <Icon name="sales" size={20} />
          {say('receipt')}
        </button>
      </End>
      <ul class="tenders">
        {sale.parts
          .filter(({ state }) => state === 'taken')
          .flatMap(tendersOf)
          .map(({ kind, label, amount, masked }) => (
            <li key={`${kind}${label}${amount}`}>
              <span>{kind === 'cash' ? say('cash') : `${say(kind)} · ${label}`}</span>
              <span class="quiet">{masked?.slice(-4)}</span>
              <span>{inMoney(amount, sale.currency)}</span>
            </li>
          ))}
      </ul>
      {sale.gifts?.map(({ code, amount }) => (
        <p key={code} class="change">
          {say('giftIssued', { amount: inMoney(amount, sale.currency) })} <strong>{code}</strong>
        </p>
      ))}
      {change > 0 && <p class="change">{say('change', { amount: inMoney(change, sale.currency) })}</p>}
      {!stored && <ConsentOffer sale={sale} />}
      {hasReceipt.value && <ReceiptView sale={sale} />}
    </div>
  );
}

function HowView({ sale }: { readonly sale: SaleRecord }): JSX.Element {
  const asksCustomer = useSignal(settings.value.asksCustomer);
  const parts = useSignal(1);
  const due = remainingOf(sale);
  const money = (minor: number): string => inMoney(minor, sale.currency);
  const hasBegun = sale.parts.some(({ state }) => state === 'taken');
  const amount = parts.value === 1 ? due : Math.ceil(due / parts.value);
  return (
    <div class="how">
      <header>
        {!hasBegun && (
          <button type="button" class="round" aria-label={say('back')} onClick={leaveCharge}>
            <Icon name="back" />
          </button>
        )}
        <h2 id="charge-title" tabIndex={-1}>
          {hasBegun ? say('remaining', { amount: money(due) }) : say('howToPay')}
        </h2>
      </header>
      <p class="figure">{money(amount)}</p>
      {hasBegun && <p class="quiet">{say('paidSoFar', { amount: money(takenOf(sale)) })}</p>}
      {!hasBegun && settings.value.tips.length > 0 && <Tips sale={sale} />}
      <div class="ways">
        <button type="button" class="way main" onClick={() => void chargeCard(sale, amount, asksCustomer.value)}>
          <Icon name="card" size={40} />
          <span>{say('card')}</span>
          <small>{say('cardHint')}</small>
        </button>
        <button type="button" class="way" onClick={() => beginCash(sale)}>
          <Icon name="cash" size={40} />
          <span>{say('cash')}</span>
        </button>
      </div>
      <fieldset class="chips" aria-label={say('split')}>
        {[1, 2, 3, 4].map((n) => (
          <button
            key={n}
            type="button"
            class="chip"
            aria-pressed={parts.value === n}
            onClick={() => {
              parts.value = n;
            }}
          >
            {n === 1 ? money(due) : say('splitInto', { n, amount: money(Math.ceil(due / n)) })}
          </button>
        ))}
      </fieldset>
      {isOnline.value && !hasBegun && parts.value === 1 && (
        <label class="switch">
          <input
            type="checkbox"
            checked={asksCustomer.value}
            onChange={(event) => {
              asksCustomer.value = event.currentTarget.checked;
            }}
          />
          {say('askCustomer')}
        </label>
      )}
      {hasBegun && (
        <button type="button" class="small danger" onClick={() => void giveUp(sale)}>
          {say('giveUp')}
        </button>
      )}
    </div>
  );
}

function Tips({ sale }: { readonly sale: SaleRecord }): JSX.Element {
  const base = { minor: sale.total, currency: sale.currency };
  return (
    <fieldset class="chips" aria-label={say('tip')}>
      <button type="button" class="chip" aria-pressed={sale.tip === 0} onClick={() => setTip(0)}>
        {say('noTip')}
      </button>
      {tipChoices({ base, percents: settings.value.tips }).map(({ percent, amount }) => (
        <button
          key={percent}
          type="button"
          class="chip"
          aria-pressed={sale.tip === amount.minor}
          onClick={() => setTip(amount.minor)}
        >
          {percent} % · {inMoney(amount.minor, amount.currency)}
        </button>
      ))}
    </fieldset>
  );
}
