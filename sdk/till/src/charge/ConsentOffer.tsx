/**
 * After a sale with an account: the customer may agree that the shop remembers it, and take that back. The sentence that was shown is what is recorded.
 * Floor: till.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ConsentReceipt } from '../../../shop/src/api.js';
import type { SaleRecord } from '../sale/saleRecord.js';
import { settings } from '../settings/settings.js';
import { shopInfo } from '../shop/catalogue.js';
import { isOnline, post } from '../shop/shopClient.js';
import { sayFault } from '../words/faultWords.js';
import { say } from '../words/words.js';

const DAYS = 365;

export function ConsentOffer({ sale }: { readonly sale: SaleRecord }): JSX.Element | null {
  const isOpen = useSignal(false);
  const given = useSignal<ConsentReceipt | undefined>(undefined);
  const message = useSignal('');
  const token = sale.parts.map(({ result }) => accountTokenOf(result)).find((one) => one !== undefined);
  if (token === undefined || !isOnline.value) return null;
  const text = say('consentText', { shop: shopInfo.value?.name ?? '' });

  async function agree(accountToken: string): Promise<void> {
    const { language } = settings.value;
    const purposes = ['purchase-history'] as const;
    try {
      const body = { accountToken, purposes, text, language, method: 'till', days: DAYS } as const;
      given.value = await post('/consents', body, `${sale.id}-consent`);
      message.value = say('consentGiven');
    } catch (fault) {
      message.value = sayFault(fault);
    }
  }

  async function withdraw({ consentReceiptID: id }: ConsentReceipt): Promise<void> {
    try {
      await post('/consents/:id/withdraw', {}, `${sale.id}-withdraw`, { id });
      given.value = undefined;
      isOpen.value = false;
      message.value = say('consentWithdrawn');
    } catch (fault) {
      message.value = sayFault(fault);
    }
  }

  const receipt = given.value;
  return (
    <section class="consent" aria-label={say('consent')}>
      {!isOpen.value && message.value === '' && (
        <button
          type="button"
          class="small"
          onClick={() => {
            isOpen.value = true;
          }}
        >
          {say('consent')}
        </button>
      )}
      {isOpen.value && receipt === undefined && (
        <>
          <p>{text}</p>
          <button type="button" class="small" onClick={() => void agree(token)}>
            {say('consentYes')}
          </button>
        </>
      )}
      <p role="status">{message.value}</p>
      {receipt !== undefined && (
        <button type="button" class="small" onClick={() => void withdraw(receipt)}>
          {say('consentWithdraw')}
        </button>
      )}
    </section>
  );
}

function accountTokenOf(result: SaleRecord['parts'][number]['result']): string | undefined {
  return result !== undefined && 'payment' in result ? result.payment?.accountToken : undefined;
}
