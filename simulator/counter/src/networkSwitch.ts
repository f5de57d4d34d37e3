/**
 * The network of the shop, to be switched off: then till and site reach neither the shop nor the bank. The reader stays: its cable is no network.
 *
 *   GET /TOKEN/network    a page with one button        POST /TOKEN/network    switches
 *
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import type { FastifyInstance } from 'fastify';
import { languageOf, sendPage } from './plainPage.js';

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
      const language = languageOf(request);
      const { title, on, off, turnOn, turnOff } = WORDS[language];
      const button = `<form method="post"><button>${isOn ? turnOff : turnOn}</button></form>`;
      return sendPage(reply, language, title, `<p class="status">${isOn ? on : off}</p>\n${button}`);
    });
    inner.post(path, (_request, reply) => {
      isOn = !isOn;
      return reply.redirect(path, 303);
    });
  });
}
