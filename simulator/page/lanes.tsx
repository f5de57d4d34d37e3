/**
 * Who told whom, as an arrow between three lines: till, reader, card.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import type { LogEntry } from '../src/serve/client/simulatorClient.js';

const TILL = 10;
const READER = 50;
const CARD = 90;
const MIDDLE = 12;

export function Lanes({ entry: { who, holds } }: { readonly entry: LogEntry }): JSX.Element {
  return (
    <svg class="lanes" viewBox="0 0 100 24" aria-hidden="true">
      {[TILL, READER, CARD].map((x) => (
        <line key={x} class="lane" x1={x} x2={x} y1="0" y2="24" />
      ))}
      {who === 'host' && <Arrow from={TILL} to={READER} />}
      {who === 'reader' &&
        (holds === 'frame' ? <Arrow from={READER} to={TILL} /> : <circle cx={READER} cy={MIDDLE} r="4.5" />)}
      {who === 'card' && <Arrow from={READER} to={CARD} isBoth />}
      {who === 'customer' && <circle cx={CARD} cy={MIDDLE} r="4.5" />}
      {who === 'sale' && (
        <rect x={TILL - 4} y={MIDDLE - 4} width="8" height="8" transform={`rotate(45 ${TILL} ${MIDDLE})`} />
      )}
      {who === 'fault' && <path class="bolt" d="M52 3 L43 13 H50 L47 21 L57 10 H50 Z" />}
    </svg>
  );
}

interface ArrowProps {
  readonly from: number;
  readonly to: number;
  readonly isBoth?: boolean;
}

function Arrow({ from, to, isBoth = false }: ArrowProps): JSX.Element {
  const way = Math.sign(to - from);
  const head = (x: number, along: number): string => `M${x} ${MIDDLE} l${-5 * along} -3.5 v7 z`;
  return (
    <>
      <line class="arrow" x1={from} x2={to} y1={MIDDLE} y2={MIDDLE} />
      <path d={head(to - way, way)} />
      {isBoth && <path d={head(from + way, -way)} />}
    </>
  );
}
