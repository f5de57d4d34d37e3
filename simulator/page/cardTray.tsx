/**
 * The cards that there are; arrow keys go from one to the next.
 * Floor: simulator page.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CardDescription } from '../src/serve/client/simulatorClient.js';
import { CardFace } from './cardFace.js';

interface CardTrayProps {
  readonly cards: readonly CardDescription[];
  readonly chosen: string;
  readonly choose: (name: string) => void;
  readonly tap: () => void;
  /** What can be done with the chosen one. */
  readonly children: ComponentChildren;
}

export function CardTray({ cards, chosen, choose, tap, children }: CardTrayProps): JSX.Element {
  const [sought, setSought] = useState('');
  const words = sought.toLowerCase();
  const found = cards.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(words));
  return (
    <div class="tray">
      <fieldset class="actions" aria-label="The chosen card">
        {children}
      </fieldset>
      <p class="hint">{cards.find(({ name }) => name === chosen)?.description}</p>
      <input
        type="search"
        placeholder="Find a card"
        aria-label="Find a card"
        value={sought}
        onInput={({ currentTarget: { value } }) => setSought(value)}
      />
      <fieldset class="cards">
        <legend class="hidden-text">Cards</legend>
        {found.map((card) => (
          <label key={card.name} class="card" title={card.description} onDblClick={tap}>
            <input
              type="radio"
              name="card"
              value={card.name}
              checked={card.name === chosen}
              onChange={() => choose(card.name)}
            />
            <CardFace name={card.name} card={card} />
            <span class="hidden-text">
              {card.name}, {card.interfaces.join(' and ')}
            </span>
          </label>
        ))}
        {found.length === 0 && <p>There is no such card.</p>}
      </fieldset>
    </div>
  );
}
