/** The reference till for a tablet: its entry.   Floor: till. */
import { render } from 'preact';
import { loadSettings } from './settings/settings.js';
import { ElsewherePage } from './shell/ElsewherePage.js';
import { haveTill } from './store/oneTill.js';
import './style/till.css';

const place = document.getElementById('till');
if (place === null) throw new Error('the page has no place for the till');

render(<ElsewherePage />, place);
await haveTill();
loadSettings();
const { startTill } = await import('./startTill.js');
await startTill(place);
if ('serviceWorker' in navigator) await navigator.serviceWorker.register('./serviceWorker.js').catch(() => {});
