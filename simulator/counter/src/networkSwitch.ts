/**
 * The network of the shop, to be switched off: then till and site reach neither the shop nor the bank. The reader stays: its cable is no network.
 *
 *   GET /TOKEN/network    a page with one button        POST /TOKEN/network    switches
 *
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import type { FastifyInstance } from 'fastify';

const WORDS = {
  en: {
    title: 'Network of the shop',
    on: 'It is on.',
    off: 'It is off.',
    turnOn: 'Switch it on',
    turnOff: 'Switch it off',
  },
  fr: {
    title: 'Réseau de la boutique',
    on: 'Il marche.',
    off: 'Il est coupé.',
    turnOn: 'Le rétablir',
    turnOff: 'Le couper',
  },
} as const;

/** @param token whoever has it may switch */
export function networkSwitch(server: FastifyInstance, token: string): void {
  const path = `/${token}/network`;
  let isOn = true;
  server.addHook('onRequest', async (request, reply) => {
    if (isOn || request.url === path || request.url === '/style.css') return;
    reply.hijack();
    request.raw.socket.destroy();
  });
  void server.register(async (inner) => {
    // The button says nothing but that it was pressed.
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      done(null);
    });
    inner.get(path, (request, reply) => {
      const language = request.headers['accept-language']?.startsWith('fr') ? 'fr' : 'en';
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(pageOf(language, isOn));
    });
    inner.post(path, (_request, reply) => {
      isOn = !isOn;
      return reply.redirect(path, 303);
    });
  });
}

function pageOf(language: keyof typeof WORDS, isOn: boolean): string {
  const { title, on, off, turnOn, turnOff } = WORDS[language];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main class="phone">
<h1>${title}</h1>
<p class="status">${isOn ? on : off}</p>
<form method="post"><button>${isOn ? turnOff : turnOn}</button></form>
</main>
</body>
</html>
`;
}
