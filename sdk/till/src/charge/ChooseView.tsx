/** What the card holds, for the customer to choose from: in the middle of the tap.   Floor: till. */
import type { Chosen, Instrument } from '@comptoir/sdk';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SaleRecord } from '../sale/saleRecord.js';
import { inMoney } from '../words/money.js';
import { say } from '../words/words.js';

interface ChooseProps {
  readonly sale: SaleRecord;
  readonly amount: number;
  readonly instruments: readonly Instrument[];
  readonly answer: (chosen: Chosen | undefined) => void;
}

const isPayer = ({ kind }: Instrument): boolean => kind === 'bank' || kind === 'account';

export function ChooseView({ sale, amount, instruments, answer }: ChooseProps): JSX.Element {
  const chosen = useSignal<readonly string[]>(
    instruments.filter(({ kind }) => kind === 'gift' || kind === 'coupon').map(({ id }) => id),
  );
  const toggle = (one: Instrument): void => {
    const isIn = chosen.value.includes(one.id);
    const others = chosen.value.filter((id) => id !== one.id);
    // One account or bank card pays at most.
    const free = isPayer(one)
      ? others.filter((id) => !instruments.some((other) => other.id === id && isPayer(other)))
      : others;
    chosen.value = isIn ? others : [...free, one.id];
  };
  /** Points are redeemed only when they are asked for: as many as there are, and the reader takes no more than fits. */
  const answerChosen = (): void => {
    const redeemPoints = instruments.reduce(
      (sum, { id, points = 0 }) => sum + (chosen.value.includes(id) ? points : 0),
      0,
    );
    answer({ ids: chosen.value, redeemPoints });
  };
  return (
    <div class="choose">
      <p class="figure">{inMoney(amount, sale.currency)}</p>
      <h2 id="charge-title" tabIndex={-1}>
        {say('choose')}
      </h2>
      <ul class="instruments">
        {instruments.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              class="instrument"
              data-kind={one.kind}
              aria-pressed={chosen.value.includes(one.id)}
              onClick={() => toggle(one)}
            >
              <small>{say(one.kind)}</small>
              <span>{one.label}</span>
              {one.balance !== undefined && <strong>{inMoney(one.balance.minor, one.balance.currency)}</strong>}
              {one.points !== undefined && <strong>{inMoney(one.points, sale.currency)}</strong>}
              {one.last4 !== undefined && <small>•••• {one.last4}</small>}
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="main" onClick={answerChosen}>
          {say('payWith')}
        </button>
        <button type="button" onClick={() => answer(undefined)}>
          {say('cancel')}
        </button>
      </div>
    </div>
  );
}
