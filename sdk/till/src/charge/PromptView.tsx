/** What the customer is asked to do, as large as the tablet, and what paid so far.   Floor: till. */
import type { TenderEvent } from '@comptoir/sdk';
import type { JSX } from 'preact';
import { isBankAsked } from '../reader/readerConnection.js';
import type { SaleRecord } from '../sale/saleRecord.js';
import { Icon } from '../shell/Icon.js';
import { inMoney } from '../words/money.js';
import { say, type Word } from '../words/words.js';
import { stopWaiting } from './charge.js';

interface PromptProps {
  readonly sale: SaleRecord;
  readonly amount: number;
  readonly show: Word & string;
  readonly heard: readonly TenderEvent[];
}

export function PromptView({ sale, amount, show, heard }: PromptProps): JSX.Element {
  const what = isBankAsked.value ? 'askingBank' : show;
  const isWaiting = what === 'tap' || what === 'try-again' || what === 'insert' || what === 'one-card';
  return (
    <div class="prompt" data-show={what}>
      <p class="figure">{inMoney(amount, sale.currency)}</p>
      <span class="gesture" data-waiting={isWaiting}>
        <span class="card-shape" />
        <Icon name="waves" size={72} />
      </span>
      <h2 id="charge-title" tabIndex={-1} aria-live="polite">
        {say(what)}
      </h2>
      <ul class="heard" aria-live="polite">
        {heard
          .filter(({ asks }) => asks !== 'balance')
          .map(({ label, approved }, at) => (
            <li key={at} data-refused={approved.minor === 0}>
              <Icon name={approved.minor === 0 ? 'cross' : 'check'} size={20} />
              {approved.minor === 0
                ? say('refusedPart', { label })
                : say('approvedPart', { label, amount: inMoney(approved.minor, approved.currency) })}
            </li>
          ))}
      </ul>
      <button type="button" onClick={stopWaiting}>
        {say('cancel')}
      </button>
    </div>
  );
}
