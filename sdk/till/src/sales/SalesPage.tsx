/** The sales of this till, and any sale or online order of the shop by its number: to see the receipt, and to give money back.   Floor: till. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Sale } from '../../../shop/src/api.js';
import { askAgain, beginCharge } from '../charge/charge.js';
import { sales } from '../sale/outbox.js';
import { ReceiptView } from '../sale/ReceiptView.js';
import { isLost, isStored, type SaleRecord, takenOf } from '../sale/saleRecord.js';
import { boundTo } from '../shell/boundTo.js';
import { Icon } from '../shell/Icon.js';
import { get } from '../shop/shopClient.js';
import { sayFault } from '../words/faultWords.js';
import { inMoney, inTime } from '../words/money.js';
import { say } from '../words/words.js';
import { RefundForm } from './RefundForm.js';

/** What is printed on a gift card; no receipt number looks like it. */
const GIFT_CODE = /^[0-9A-Z]{16}$/;

export function SalesPage(): JSX.Element {
  const wanted = useSignal('');
  const found = useSignal<Sale | undefined>(undefined);
  const message = useSignal('');
  const shown = useSignal<string | undefined>(undefined);

  async function find(which: string): Promise<void> {
    message.value = '';
    try {
      if (GIFT_CODE.test(which)) {
        const { balance, currency } = await get('/gifts/:code', { code: which });
        message.value = say('giftLeft', { amount: inMoney(balance, currency) });
        return;
      }
      found.value = await get('/sales/:which', { which });
    } catch (fault) {
      found.value = undefined;
      message.value = sayFault(fault);
    }
  }

  const mine = sales.value.filter(({ state }) => state !== 'void');
  return (
    <div class="page">
      <h1>{say('sales')}</h1>
      <search>
        <form
          class="search"
          onSubmit={(event) => {
            event.preventDefault();
            void find(wanted.value.trim().toUpperCase());
          }}
        >
          <Icon name="search" />
          <input type="search" aria-label={say('find')} placeholder={say('findHint')} {...boundTo(wanted)} />
          <button type="submit" class="small">
            {say('findNow')}
          </button>
        </form>
      </search>
      <p class="message" role="status">
        {message.value}
      </p>
      {found.value !== undefined && (
        <RefundForm
          sale={found.value}
          changed={() => void find(found.value?.key ?? '')}
          close={() => {
            found.value = undefined;
          }}
        />
      )}
      {mine.length === 0 && <p class="quiet empty">{say('noSales')}</p>}
      <ul class="rows">
        {mine.map((sale) => (
          <SaleRow
            key={sale.id}
            sale={sale}
            isShown={shown.value === sale.id}
            toggle={() => {
              shown.value = shown.value === sale.id ? undefined : sale.id;
            }}
            find={find}
          />
        ))}
      </ul>
    </div>
  );
}

interface SaleRowProps {
  readonly sale: SaleRecord;
  readonly isShown: boolean;
  readonly toggle: () => void;
  readonly find: (which: string) => Promise<void>;
}

function SaleRow({ sale, isShown, toggle, find }: SaleRowProps): JSX.Element {
  return (
    <li>
      <button type="button" class="row" aria-expanded={isShown} onClick={toggle}>
        <span>{inTime(sale.startedMs)}</span>
        <span class="grow">{sale.receiptNumber ?? sale.id}</span>
        <StateTag sale={sale} />
        <strong>{inMoney(takenOf(sale), sale.currency)}</strong>
      </button>
      {isShown && (
        <div class="opened">
          <ReceiptView sale={sale} />
          {sale.gifts?.map(({ code, amount }) => (
            <p key={code}>
              {say('giftIssued', { amount: inMoney(amount, sale.currency) })} <strong>{code}</strong>
            </p>
          ))}
          <div class="buttons">
            {sale.receiptNumber !== undefined && (
              <button type="button" onClick={() => void find(sale.receiptNumber ?? '')}>
                {say('refund')}
              </button>
            )}
            {sale.state === 'open' && <OpenSale sale={sale} />}
          </div>
        </div>
      )}
    </li>
  );
}

function OpenSale({ sale }: { readonly sale: SaleRecord }): JSX.Element {
  const open = sale.parts.find(({ state }) => state === 'open');
  return (
    <button
      type="button"
      class="main"
      onClick={() => (open === undefined ? beginCharge(sale) : void askAgain(sale, open.key))}
    >
      {open === undefined ? say('otherWay') : say('ask')}
    </button>
  );
}

function StateTag({ sale }: { readonly sale: SaleRecord }): JSX.Element {
  const trouble = sale.state === 'open' ? 'open' : isLost(sale) ? 'lost' : isStored(sale) ? 'stored' : undefined;
  return (
    <span class="tag" data-kind={trouble === undefined ? 'good' : 'warn'}>
      {say(trouble ?? 'paid')}
    </span>
  );
}
