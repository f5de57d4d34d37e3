/** What a page shows that hasn't the till: another tab has it.   Floor: till. */
import type { JSX } from 'preact';
import { takeTill, till } from '../store/oneTill.js';
import { say } from '../words/words.js';
import { Icon } from './Icon.js';

export function ElsewherePage(): JSX.Element | null {
  // Most often the answer is there before anybody could read that it's waited for.
  if (till.value === 'here' || till.value === 'asking') return null;
  const isBusy = till.value === 'busy';
  return (
    <main class="elsewhere">
      <Icon name="sell" size={64} />
      <h1>{say('elsewhere')}</h1>
      <p class="quiet" role="status">
        {say(isBusy ? 'elsewhereBusy' : 'elsewhereHint')}
      </p>
      <button type="button" class="main" onClick={() => void takeTill()}>
        {say('useHere')}
      </button>
    </main>
  );
}
