/**
 * The page of `comptoir-sim serve`: what readers show and do, live.
 * Floor: simulator page: a client of the server like any other.
 */
import { render } from 'preact';
import { simulatorClient } from '../src/serve/client/simulatorClient.js';
import { App } from './app.js';
import './style/base.css';
import './style/controls.css';
import './style/top.css';
import './style/device.css';
import './style/cards.css';
import './style/panels.css';
import './style/timeline.css';
import './style/narrow.css';

const root = document.getElementById('page');
if (root !== null) render(<App client={simulatorClient(`${location.origin}${location.pathname}`)} />, root);
