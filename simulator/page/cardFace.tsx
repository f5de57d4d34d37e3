/**
 * A card, drawn. Never its number: the last digits at most.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import type { CardDescription } from '../src/serve/client/simulatorClient.js';

interface CardFaceProps {
  readonly name: string;
  /** Undefined: a card that isn't of the catalogue. */
  readonly card: CardDescription | undefined;
}

const DIGITS_SHOWN = 4;

export function CardFace({ name, card }: CardFaceProps): JSX.Element {
  const has = card?.interfaces ?? [];
  return (
    <div class={`face ${lookOf(name, card)}`} aria-hidden="true">
      <span class="face-name">{name}</span>
      {has.includes('contact') && <span class="chip" />}
      {has.includes('contactless') && <span class="air">)))</span>}
      {card?.hasButton === true && <span class="button" />}
      <span class="face-label">{card?.label ?? 'Card'}</span>
      <span class="face-number">{card === undefined ? '' : `•••• ${card.maskedNumber.slice(-DIGITS_SHOWN)}`}</span>
    </div>
  );
}

function lookOf(name: string, card: CardDescription | undefined): string {
  if (card?.hasButton === true) return 'dynamic';
  if (name.includes('mastercard') || card?.maskedNumber.startsWith('5') === true) return 'amber';
  if (name.startsWith('cb') || name.startsWith('interac')) return 'plum';
  if (/wrong|altered|other|expired|unknown|brand|declined|silent|late|refer/.test(name)) return 'slate';
  return 'navy';
}
