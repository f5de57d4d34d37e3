/** What came in, hour by hour, as bars; and as a table for who doesn't see them.   Floor: till. */
import { type Signal, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { currencyOf } from '@comptoir/sdk';
import type { DayReport } from '../../../shop/src/api.js';
import { settings } from '../settings/settings.js';
import { inMoney } from '../words/money.js';
import { say } from '../words/words.js';

interface HourPlotProps {
  readonly hours: DayReport['byHour'];
  readonly currency: string;
}

/** The tablet's own, which may change at dusk: a plot is drawn in its colours. */
const darkness: MediaQueryList = matchMedia('(prefers-color-scheme: dark)');
const isDark: Signal<boolean> = signal(darkness.matches);
darkness.addEventListener('change', () => {
  isDark.value = darkness.matches;
});

const HEIGHT = 220;
const FIRST_HOUR = 7;
const LAST_HOUR = 21;

export function HourPlot({ hours, currency }: HourPlotProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const shown = hours.filter(({ hour, count }) => count > 0 || (hour >= FIRST_HOUR && hour <= LAST_HOUR));
  const { theme, language } = settings.value;
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const plot = draw(current, shown, currency);
    const observer = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: HEIGHT }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [hours, theme, language, isDark.value]);
  return (
    <>
      <div ref={place} class="plot" aria-hidden="true" />
      <table class="out-of-sight">
        <caption>{say('byHour')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('hour')}</th>
            <th scope="col">{say('count')}</th>
            <th scope="col">{say('amount')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ hour, count, amount }) => (
            <tr key={hour}>
              <th scope="row">{hour}</th>
              <td>{count}</td>
              <td>{inMoney(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function draw(place: HTMLElement, shown: DayReport['byHour'], currency: string): uPlot {
  const style = getComputedStyle(place);
  const [ink, line, accent] = ['--quiet', '--line', '--accent'].map((name) => style.getPropertyValue(name).trim());
  const exponent = currencyOf(currency)?.exponent ?? 2;
  const axis = {
    stroke: ink ?? '',
    font: '13px system-ui',
    grid: { stroke: line ?? '', width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
        y: { range: (_, _min, max) => [0, Math.max(max * 1.1, 1)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_, splits) => splits.map((hour) => (Number.isInteger(hour) ? `${hour} h` : '')),
        },
        {
          ...axis,
          size: 72,
          values: (_, splits) =>
            splits.map((amount) => inMoney(amount * 10 ** exponent, currency).replace(/[.,]00(?=\D|$)/, '')),
        },
      ],
      series: [
        {},
        {
          fill: accent ?? '',
          width: 0,
          paths: uPlot.paths.bars?.({ size: [0.6, 48], radius: 0.15 }) ?? null,
          points: { show: false },
        },
      ],
    } as uPlot.Options,
    [shown.map(({ hour }) => hour), shown.map(({ amount }) => (amount === 0 ? null : amount / 10 ** exponent))],
    place,
  );
}
