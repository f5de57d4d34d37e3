/**
 * What the app of the dynamic card's issuer would show its holder: a code to sign in with on the shop's site, a new one each time it's opened.
 *
 *   GET /TOKEN/account
 *
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import type { FastifyInstance } from 'fastify';

/** @param token whoever has it sees codes @param showCode letters and digits */
export function codePage(server: FastifyInstance, token: string, showCode: () => string): void {
  server.get(`/${token}/account`, (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(pageOf(showCode())),
  );
}

function pageOf(code: string): string {
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
</main>
</body>
</html>
`;
}
