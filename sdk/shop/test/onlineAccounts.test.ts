/** The account of the dynamic card pays on the web as it does at the counter: one authoriser, one token, one way back. */
import { connect, keyFrom } from '@comptoir/sdk';
import { refund } from '@comptoir/sdk/checkout';
import { onlineAccounts, simulate } from '@comptoir/simulator';
import { expect, test } from 'vitest';
import type { OnlineAccounts } from '../src/accounts.js';

const MERCHANT = 'COMPTOIR-DEV-01';
const EUR = (minor: number) => ({ minor, currency: 'EUR' });

test('signs in once by a code, pays once by a key, is known by its tap, and gets its money back at the counter', async () => {
  await using simulation = await simulate({ seed: 1 });
  const { authorisers, acquirer, clock } = simulation;
  const issuer = onlineAccounts({
    authorisers,
    acquirers: { [MERCHANT]: acquirer },
    seed: 1,
    nowMs: () => clock.now(),
  });
  const accounts: OnlineAccounts = issuer;
  const code = issuer.showCode();
  expect(await accounts.signIn(MERCHANT, 'WRONG000')).toEqual({ ok: false });
  const signedIn = await accounts.signIn(MERCHANT, code);
  expect(await accounts.signIn(MERCHANT, code)).toEqual({ ok: false });
  if (!signedIn.ok) throw new Error('not signed in');
  const { holder } = signedIn;

  const payment = { merchant: MERCHANT, key: keyFrom('web-1'), authority: holder.authority, amount: EUR(1450) };
  const [one, again] = [await accounts.pay(payment), await accounts.pay(payment)];
  expect(one).toEqual(again);
  expect(one.kind).toBe('approved');
  expect(await accounts.pay({ ...payment, key: 'web-2', authority: 'guessed' })).toMatchObject({ kind: 'declined' });
  expect(await accounts.pay({ ...payment, key: 'web-3', amount: EUR(100_001) })).toEqual({
    kind: 'declined',
    reason: 'LIMIT_TAP',
  });

  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const { instruments, choose } = await reader.read({ accept: ['account'] });
  expect(instruments.map(({ reference }) => reference)).toEqual(holder.references);
  await choose(instruments[0]?.id ?? '');
  const sale = await reader.pay({
    basket: { currency: 'EUR', lines: [{ sku: 'honey', qty: 1, unit: 9000 }] },
    key: keyFrom('counter-1'),
  });
  expect(sale).toMatchObject({ status: 'approved', payment: { accountToken: holder.accountToken } });

  const back = await refund(
    acquirer,
    { of: keyFrom('web-1').slice(0) as typeof payment.key, key: keyFrom('web-1-back'), amount: EUR(450) },
    simulation,
  );
  expect(back).toMatchObject({ status: 'refunded', parts: [{ kind: 'account', amount: EUR(450) }], left: EUR(1000) });
});

test('a key that never came is over once it was asked about', async () => {
  await using simulation = await simulate({ seed: 2 });
  const { authorisers, acquirer, clock } = simulation;
  const issuer = onlineAccounts({
    authorisers,
    acquirers: { [MERCHANT]: acquirer },
    seed: 2,
    nowMs: () => clock.now(),
  });
  const signedIn = await issuer.signIn(MERCHANT, issuer.showCode());
  if (!signedIn.ok) throw new Error('not signed in');
  expect(await issuer.status(MERCHANT, 'late')).toBeNull();
  expect(
    await issuer.pay({ merchant: MERCHANT, key: 'late', authority: signedIn.holder.authority, amount: EUR(100) }),
  ).toMatchObject({ kind: 'declined' });
});
