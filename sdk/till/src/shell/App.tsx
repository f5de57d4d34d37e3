/** The frame: places on the left, what is wrong on top, the place itself.   Floor: till. */
import type { JSX } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { Link, Route, Router, Switch, useLocation } from 'wouter-preact';
import { useHashLocation } from 'wouter-preact/use-hash-location';
import { ChargeDialog } from '../charge/ChargeDialog.js';
import { SellPage } from '../sell/SellPage.js';
import { say, type Word } from '../words/words.js';
import { Banner } from './Banner.js';
import { Icon, type IconName } from './Icon.js';

const OrdersPage = lazy(() => import('../orders/OrdersPage.js').then(({ OrdersPage: page }) => page));
const SalesPage = lazy(() => import('../sales/SalesPage.js').then(({ SalesPage: page }) => page));
const DayPage = lazy(() => import('../day/DayPage.js').then(({ DayPage: page }) => page));
const SettingsPage = lazy(() => import('../settings/SettingsPage.js').then(({ SettingsPage: page }) => page));

const PLACES: readonly (readonly [path: string, name: IconName & Word])[] = [
  ['/', 'sell'],
  ['/orders', 'orders'],
  ['/sales', 'sales'],
  ['/day', 'day'],
  ['/settings', 'settings'],
];

export function App(): JSX.Element {
  return (
    <Router hook={useHashLocation}>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {say('skip')}
      </button>
      <div class="frame">
        <Places />
        <Banner />
        <main id="content" tabIndex={-1}>
          <Suspense fallback={<p class="quiet">{say('processing')}</p>}>
            <Switch>
              <Route path="/orders" component={OrdersPage} />
              <Route path="/sales" component={SalesPage} />
              <Route path="/day" component={DayPage} />
              <Route path="/settings" component={SettingsPage} />
              <Route component={SellPage} />
            </Switch>
          </Suspense>
        </main>
      </div>
      <ChargeDialog />
    </Router>
  );
}

function Places(): JSX.Element {
  const [at] = useLocation();
  return (
    <nav class="places" aria-label="Comptoir">
      {PLACES.map(([path, name]) => (
        <Link key={path} href={path} class="place" aria-current={at === path ? 'page' : undefined}>
          <Icon name={name} />
          <span>{say(name)}</span>
        </Link>
      ))}
    </nav>
  );
}
