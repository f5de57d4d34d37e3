/**
 * What the app of the dynamic card's issuer would show its holder: a code to sign in with on the shop's site, a new one each time it's opened, and
 * what is left on the gift card.
 *
 *   GET /TOKEN/account
 *
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import type { FastifyInstance } from 'fastify';

export interface Holder {
  /** To sign in with: letters and digits. */
  readonly showCode: () => string;
  /** Of the gift card on the dynamic card. */
  readonly giftCode: string;
  /** Minor units. */
  readonly balance: () => Promise<number | undefined>;
}

/** @param token whoever has it sees codes */
export function codePage(server: FastifyInstance, token: string, { showCode, giftCode, balance }: Holder): void {
  server.get(`/${token}/account`, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(pageOf(showCode(), giftCode, (await balance()) ?? 0)),
  );
}

function pageOf(code: string, giftCode: string, balance: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Account of the dynamic card</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>Sign in with</h1>
<p class="code"><strong>${code}</strong></p>
<p>It is for two minutes and one sign-in on the site. <a href="">Another code</a></p>
<h2>Gift card</h2>
<p>${(balance / 100).toFixed(2)} are left. On the site it's <strong>${giftCode}</strong>; at the counter it's on the card.</p>
</main>
</body>
</html>
`;
}
