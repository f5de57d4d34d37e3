/**
 * What this till is set to: kept in the browser, changed on the page of settings, or given once in the address.
 *
 *   #reader=ws://…&acquirer=http://…&shop=http://…&pair=CODE     taken over, then removed from the address: it holds secrets
 *
 * Floor: till.
 */
import { effect, type Signal, signal } from '@preact/signals';

export type Language = 'en' | 'fr';
export type Theme = 'auto' | 'light' | 'dark';
export type ReaderKind = 'webSocket' | 'webUsb' | 'webHid';

export interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  readonly reader: ReaderKind;
  /** Of a reader behind a WebSocket. */
  readonly readerUrl: string;
  /** Of a reader that is plugged in, where there are several; empty: the only one. */
  readonly readerSerial: string;
  /** Way to the acquirer. */
  readonly acquirerUrl: string;
  /** Of the shop's server. */
  readonly shopUrl: string;
  /** Who this till is at the shop; empty: not paired. */
  readonly tillKey: string;
  readonly till: string;
  /** Percentages that are offered; none: no tips are asked for. */
  readonly tips: readonly number[];
  /** Whether the customer is asked in the tap what pays. */
  readonly asksCustomer: boolean;
  /** Minor units, and hours. */
  readonly offlinePerSale: number;
  readonly offlineTotal: number;
  readonly offlineHours: number;
}

const STORED = 'comptoir-till';

const DEFAULTS: Settings = {
  language: navigator.language.startsWith('fr') ? 'fr' : 'en',
  theme: 'auto',
  reader: 'webUsb',
  readerUrl: '',
  readerSerial: '',
  acquirerUrl: '',
  shopUrl: location.origin,
  tillKey: '',
  till: '',
  tips: [],
  asksCustomer: false,
  offlinePerSale: 5_000,
  offlineTotal: 50_000,
  offlineHours: 24,
};

/** What the address gave counts more than what is kept. */
const given: { readonly settings: Partial<Settings>; readonly pairing?: string } = takeAddress();

/** Code of a pairing that the address gave. */
export const pairingCode: string | undefined = given.pairing;

export const settings: Signal<Settings> = signal(load());

export function set(change: Partial<Settings>): void {
  settings.value = { ...settings.value, ...change };
}

/** As they are by now: another page may have changed them. */
export function loadSettings(): void {
  settings.value = load();
}

effect(() => localStorage.setItem(STORED, JSON.stringify(settings.value)));
effect(() => {
  document.documentElement.lang = settings.value.language;
  document.documentElement.dataset['theme'] = settings.value.theme;
});

function load(): Settings {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(STORED) ?? '{}'), ...given.settings };
  } catch {
    return { ...DEFAULTS, ...given.settings };
  }
}

function takeAddress(): typeof given {
  if (!location.hash.includes('=')) return { settings: {} };
  const address = new URLSearchParams(location.hash.replace(/^#\/?\??/, ''));
  const [reader, acquirer, shop, language, pairing] = ['reader', 'acquirer', 'shop', 'language', 'pair'].map((name) =>
    address.get(name),
  );
  history.replaceState(null, '', `${location.pathname}#/`);
  return {
    settings: {
      ...(reader && { reader: 'webSocket' as const, readerUrl: reader }),
      ...(acquirer && { acquirerUrl: acquirer }),
      ...(shop && { shopUrl: shop }),
      ...((language === 'fr' || language === 'en') && { language }),
    },
    ...(pairing && { pairing }),
  };
}
