/** The day's report: of the whole shop, or of this till alone while the shop can't be reached.   Floor: till. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { DayReport } from '../../../shop/src/api.js';
import { sales } from '../sale/outbox.js';
import { Icon } from '../shell/Icon.js';
import { currency, inWords } from '../shop/catalogue.js';
import { get, isOnline } from '../shop/shopClient.js';
import { inDay, inMoney } from '../words/money.js';
import { say } from '../words/words.js';
import { dayOfTill } from './dayOfTill.js';
import { HourPlot } from './HourPlot.js';
import { OwedCard } from './OwedCard.js';

const BEST = 5;

export function DayPage(): JSX.Element {
  const told = useSignal<DayReport | undefined>(undefined);
  useEffect(() => {
    get('/report').then(
      (report) => {
        told.value = report;
      },
      () => {},
    );
  }, [sales.value, isOnline.value]);
  const report = told.value ?? dayOfTill(sales.value, currency.value);
  const money = (minor: number): string => inMoney(minor, report.currency);
  const average = report.sales === 0 ? 0 : Math.round(report.gross / report.sales);
  const figures = [
    [say('takings'), money(report.net)],
    [say('count'), `${report.sales}`],
    [say('average'), money(average)],
    [say('discounts'), money(0 - report.discounts)],
    [say('refunds'), money(0 - report.refunds)],
    [say('tips'), money(report.tips)],
  ] as const;
  return (
    <div class="page day">
      <header class="title">
        <div>
          <h1>{say('day')}</h1>
          <p class="quiet">{inDay(Date.now())}</p>
        </div>
        <button type="button" class="small" onClick={() => print()}>
          <Icon name="print" size={20} />
          {say('print')}
        </button>
      </header>
      {told.value === undefined && <p class="notice warn">{say('onlyHere')}</p>}
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <section class="card">
        <h2>{say('byHour')}</h2>
        <HourPlot hours={report.byHour} currency={report.currency} />
      </section>
      <OwedCard />
      <div class="columns">
        <section class="card">
          <h2>{say('byTender')}</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('means')}</th>
                <th scope="col">{say('quantity')}</th>
                <th scope="col">{say('amount')}</th>
                <th scope="col">{say('wentBack')}</th>
              </tr>
            </thead>
            <tbody>
              {report.byTender.map(({ kind, label, count, amount, refunded }) => (
                <tr key={`${kind}${label}`}>
                  <th scope="row">{kind === 'cash' ? say('cash') : `${say(kind)} · ${label}`}</th>
                  <td>{count}</td>
                  <td>{money(amount)}</td>
                  <td>{refunded > 0 && money(0 - refunded)}</td>
                </tr>
              ))}
              {report.stored > 0 && (
                <tr>
                  <th scope="row">{say('stored')}</th>
                  <td />
                  <td>{money(report.stored)}</td>
                  <td />
                </tr>
              )}
              {report.owed > 0 && (
                <tr>
                  <th scope="row">{say('owed')}</th>
                  <td />
                  <td>{money(0 - report.owed)}</td>
                  <td />
                </tr>
              )}
            </tbody>
          </table>
        </section>
        <section class="card">
          <h2>{say('byItem')}</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('article')}</th>
                <th scope="col">{say('quantity')}</th>
                <th scope="col">{say('amount')}</th>
              </tr>
            </thead>
            <tbody>
              {report.byItem.slice(0, BEST).map(({ sku, name, qty, amount }) => (
                <tr key={sku}>
                  <th scope="row">{inWords(name)}</th>
                  <td>{qty}</td>
                  <td>{money(amount)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </div>
  );
}
