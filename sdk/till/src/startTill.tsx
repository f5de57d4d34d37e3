/** The till of this page, once it has it: what is kept is read only now, for another page may have changed it.   Floor: till. */
import { render } from 'preact';
import { charge } from './charge/charge.js';
import { forward, keepConnected, keepForwarding } from './reader/readerConnection.js';
import { keepSettling } from './sale/afterForwarding.js';
import { keepRecovering } from './sale/afterRestart.js';
import { keepSending, loadSales } from './sale/outbox.js';
import { pairTill } from './settings/pairing.js';
import { pairingCode } from './settings/settings.js';
import { App } from './shell/App.js';
import { openCatalogue, refreshCatalogue } from './shop/catalogue.js';
import { keepTill } from './store/oneTill.js';

/** @param place in the page */
export async function startTill(place: HTMLElement): Promise<void> {
  keepTill(() => charge.peek().at !== 'idle' && charge.peek().at !== 'paid');
  await openCatalogue();
  render(<App />, place);
  await loadSales();
  if (pairingCode !== undefined) await pairTill(pairingCode).catch((fault: unknown) => console.warn(fault));
  await refreshCatalogue().catch(() => {});
  keepConnected();
  // What a crash left open is ended, as soon as its reader answers.
  void keepRecovering();
  await forward();
  keepSending();
  keepForwarding();
  keepSettling();
}
