/** Language, appearance, reader, tips, limits without network, and whose till this is.   Floor: till. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { connectedReader, connection, queue } from '../reader/readerConnection.js';
import { boundTo } from '../shell/boundTo.js';
import { currency } from '../shop/catalogue.js';
import { sayFault } from '../words/faultWords.js';
import { inMoney, minorFrom } from '../words/money.js';
import { say, type Word } from '../words/words.js';
import { pairTill } from './pairing.js';
import { type Settings, set, settings } from './settings.js';

const TIPS: readonly (readonly number[])[] = [[], [5, 10, 15], [10, 15, 20]];

export function SettingsPage(): JSX.Element {
  const message = useSignal('');
  const code = useSignal('');
  const now = settings.value;
  const { value } = connection;

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    message.value = '';
    try {
      await work();
    } catch (fault) {
      message.value = sayFault(fault);
    }
  }

  return (
    <div class="page settings">
      <h1>{say('settings')}</h1>
      <p class="message" role="status">
        {message.value}
      </p>
      <section class="card">
        <Choice name="language" of={['en', 'fr']} words={{ en: 'English', fr: 'Français' }} />
        <Choice name="theme" of={['auto', 'light', 'dark']} words={wordsOf('auto', 'light', 'dark')} />
      </section>
      <section class="card">
        <h2>{say('reader')}</h2>
        <p class="quiet" role="status">
          {'reader' in value && value.state !== 'gone'
            ? say('connected', { serial: value.reader.info.serial })
            : value.state === 'connecting'
              ? say('connecting')
              : say('notConnected')}
        </p>
        <Choice name="reader" of={['webUsb', 'webHid', 'webSocket']} words={wordsOf('webUsb', 'webHid', 'webSocket')} />
        {now.reader === 'webSocket' ? (
          <Text name="readerUrl" label="readerAddress" />
        ) : (
          <Text name="readerSerial" label="readerSerial" type="text" />
        )}
        <Text name="acquirerUrl" label="acquirerAddress" />
        <button type="button" onClick={() => void attempt(() => connectedReader())}>
          {say('connect')}
        </button>
      </section>
      <section class="card">
        <h2>{say('tipsOffered')}</h2>
        <fieldset class="chips" aria-label={say('tipsOffered')}>
          {TIPS.map((tips) => (
            <button
              key={tips.join()}
              type="button"
              class="chip"
              aria-pressed={now.tips.join() === tips.join()}
              onClick={() => set({ tips })}
            >
              {tips.length === 0 ? say('noTips') : tips.map((tip) => `${tip} %`).join(' · ')}
            </button>
          ))}
        </fieldset>
        <label class="switch">
          <input
            type="checkbox"
            checked={now.asksCustomer}
            onChange={(event) => set({ asksCustomer: event.currentTarget.checked })}
          />
          {say('askCustomer')}
        </label>
      </section>
      <section class="card">
        <h2>{say('offlineLimits')}</h2>
        <Limit name="offlinePerSale" label="perSale" />
        <Limit name="offlineTotal" label="inAll" />
        <label class="field">
          {say('hours')}
          <input
            type="number"
            min="1"
            max="168"
            value={now.offlineHours}
            onChange={(event) => set({ offlineHours: Math.max(1, Math.floor(event.currentTarget.valueAsNumber) || 1) })}
          />
        </label>
        <button type="button" onClick={() => void attempt(saveStored)}>
          {say('export')}
        </button>
      </section>
      <section class="card">
        <h2>{say('pair')}</h2>
        {now.tillKey !== '' && <p class="quiet">{say('paired', { till: now.till })}</p>}
        <Text name="shopUrl" label="shopAddress" />
        <form
          class="inline"
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(() => pairTill(code.value.trim()));
          }}
        >
          <label>
            {say('pairCode')}
            <input {...boundTo(code)} />
          </label>
          <button type="submit">{say('pair')}</button>
        </form>
      </section>
    </div>
  );
}

type TextName = { [Name in keyof Settings]: Settings[Name] extends string ? Name : never }[keyof Settings];

function Choice<Name extends TextName>({
  name,
  of,
  words,
}: {
  readonly name: Name & Word;
  readonly of: readonly Settings[Name][];
  readonly words: Readonly<Record<string, string>>;
}): JSX.Element {
  return (
    <div class="field">
      <span id={`choice-${name}`}>{say(name)}</span>
      <fieldset class="chips" aria-labelledby={`choice-${name}`}>
        {of.map((one) => (
          <button
            key={one}
            type="button"
            class="chip"
            aria-pressed={settings.value[name] === one}
            onClick={() => set({ [name]: one })}
          >
            {words[one]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

interface TextProps {
  readonly name: TextName;
  readonly label: Word;
  readonly type?: 'url' | 'text';
}

function Text({ name, label, type = 'url' }: TextProps): JSX.Element {
  return (
    <label class="field">
      {say(label)}
      <input
        type={type}
        autoComplete="off"
        value={settings.value[name]}
        onChange={(event) => set({ [name]: event.currentTarget.value.trim() })}
      />
    </label>
  );
}

function Limit({
  name,
  label,
}: {
  readonly name: 'offlinePerSale' | 'offlineTotal';
  readonly label: Word;
}): JSX.Element {
  const now = settings.value[name];
  return (
    <label class="field">
      {say(label)} · {inMoney(now, currency.value)}
      <input
        inputMode="decimal"
        value={`${now / 100}`}
        onChange={(event) => set({ [name]: minorFrom(event.currentTarget.value, currency.value) ?? now })}
      />
    </label>
  );
}

function wordsOf(...names: readonly Word[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, say(name)]));
}

async function saveStored(): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([await queue().export()], { type: 'application/jsonl' }));
  link.download = 'comptoir-stored.jsonl';
  link.click();
  URL.revokeObjectURL(link.href);
}
