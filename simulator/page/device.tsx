/**
 * The reader, drawn: cable, screen, four lights, antenna, slot, and the cards that are there.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import type { CardDescription, ReaderNow } from '../src/serve/client/simulatorClient.js';
import { CardFace } from './cardFace.js';
import { shownBy } from './words.js';

interface DeviceProps {
  readonly reader: ReaderNow;
  readonly cards: readonly CardDescription[];
}

const LIGHTS = [1, 2, 3, 4] as const;

export function Device({ reader, cards }: DeviceProps): JSX.Element {
  const { fieldCards, slotCards, target, seed } = reader;
  return (
    <section class="stage" aria-label="The reader">
      <Drawing reader={reader} cards={cards} />
      <dl class="about">
        <dt>Field</dt>
        <dd>{fieldCards.length === 0 ? 'empty' : fieldCards.join(', ')}</dd>
        <dt>Slot</dt>
        <dd>{slotCards[0] ?? 'empty'}</dd>
        <dt>Runs on</dt>
        <dd>
          {target}, seed {seed}
        </dd>
      </dl>
    </section>
  );
}

interface DrawingProps {
  readonly reader: Pick<ReaderNow, 'isPowered' | 'prompt' | 'fieldCards' | 'slotCards'>;
  readonly cards: readonly CardDescription[];
}

export function Drawing({ reader, cards }: DrawingProps): JSX.Element {
  const shown = shownBy(reader);
  const { isPowered, fieldCards, slotCards } = reader;
  const face = (name: string): JSX.Element => <CardFace name={name} card={cards.find((one) => one.name === name)} />;
  const classes = ['device', !isPowered && 'off', shown.isTrouble && 'trouble', shown.wants && `wants-${shown.wants}`];
  return (
    <div class={classes.filter(Boolean).join(' ')}>
      <div class={isPowered ? 'cable' : 'cable pulled'} aria-hidden="true" />
      <div class="body">
        <div class="screen" role="status" aria-label="Display">
          {isPowered ? (
            <>
              <strong>{shown.title}</strong>
              <span>{shown.hint}</span>
            </>
          ) : (
            <span class="hidden-text">No power: the display is dark.</span>
          )}
        </div>
        <div
          class="lights"
          role="img"
          aria-label={`${shown.isIdle ? 'first light blinks' : `${shown.lights} of 4 lights are on`}`}
        >
          {LIGHTS.map((light) => (
            <i key={light} class={light > shown.lights ? '' : shown.isIdle ? 'on blinks' : 'on'} />
          ))}
        </div>
        <div class="pad">
          <Waves />
          <div class="in-field">
            {fieldCards.map((name, at) => (
              <div key={`${name}${at}`} class="resting">
                {face(name)}
              </div>
            ))}
          </div>
        </div>
        <div class="slot">
          {slotCards.map((name) => (
            <div key={name} class="inserted">
              {face(name)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Waves(): JSX.Element {
  return (
    <svg class="waves" viewBox="0 0 80 60" aria-hidden="true">
      {[0, 1, 2, 3].map((at) => (
        <path key={at} d={`M${22 + at * 11} ${22 - at * 6} q${8 + at * 2} ${8 + at * 6} 0 ${16 + at * 12}`} />
      ))}
    </svg>
  );
}
