/** A receipt as it's printed, with a button for that.   Floor: till. */
import { RECEIPT_WORDS, receiptText } from '@comptoir/sdk/receipt';
import type { JSX } from 'preact';
import { settings } from '../settings/settings.js';
import { Icon } from '../shell/Icon.js';
import { say } from '../words/words.js';
import { receiptOfSale } from './receiptOfSale.js';
import type { SaleRecord } from './saleRecord.js';

export function ReceiptView({ sale }: { readonly sale: SaleRecord }): JSX.Element | null {
  const made = receiptOfSale(sale);
  if (made === undefined) return null;
  return (
    <section class="receipt" aria-label={say('receipt')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must be able to */}
      <pre class="paper" tabIndex={0}>
        {receiptText(made, { columns: 36, words: RECEIPT_WORDS[settings.value.language] })}
      </pre>
      <button type="button" class="small" onClick={() => print()}>
        <Icon name="print" size={20} />
        {say('print')}
      </button>
    </section>
  );
}
