/** The reference till for a tablet: its entry.   Floor: till. */
import { render } from 'preact';
import { forward, keepForwarding } from './reader/readerConnection.js';
import { keepSettling } from './sale/afterForwarding.js';
import { keepRecovering } from './sale/afterRestart.js';
import { keepSending, loadSales } from './sale/outbox.js';
import { pairTill } from './settings/pairing.js';
import { pairingCode } from './settings/settings.js';
import { App } from './shell/App.js';
import { openCatalogue, refreshCatalogue } from './shop/catalogue.js';
import './style/till.css';

const place = document.getElementById('till');
if (place === null) throw new Error('the page has no place for the till');

await openCatalogue();
render(<App />, place);
await loadSales();
if (pairingCode !== undefined) await pairTill(pairingCode).catch((fault: unknown) => console.warn(fault));
await refreshCatalogue().catch(() => {});
// What a crash left open is ended, as soon as its reader answers.
void keepRecovering();
await forward();
keepSending();
keepForwarding();
keepSettling();
if ('serviceWorker' in navigator) await navigator.serviceWorker.register('./serviceWorker.js').catch(() => {});
