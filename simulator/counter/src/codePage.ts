/**
 * What the app of the dynamic card's issuer would show its holder: a code to sign in with on the shop's site, a new one each time it's opened, and
 * what is left on the gift card.
 *
 *   GET /TOKEN/account
 *
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import type { FastifyInstance } from 'fastify';
import { type Language, languageOf, sendPage } from './plainPage.js';

interface Holder {
  /** To sign in with: letters and digits. */
  readonly showCode: () => string;
  /** Of the gift card on the dynamic card. */
  readonly giftCode: string;
  /** Minor units. */
  readonly balance: () => Promise<number | undefined>;
}

/** @param token whoever has it sees codes */
export function codePage(server: FastifyInstance, token: string, { showCode, giftCode, balance }: Holder): void {
  server.get(`/${token}/account`, async (request, reply) => {
    const language = languageOf(request);
    const body = bodyOf(language, showCode(), giftCode, (await balance()) ?? 0);
    return sendPage(reply, language, WORDS[language].title, body);
  });
}

const WORDS = {
  en: {
    title: 'Account of the dynamic card',
    lead: 'Type this code on the site of the shop:',
    until: 'It is for two minutes and one sign-in.',
    again: 'Another code',
    gift: 'Gift card',
    left: 'Left on it:',
    giftCode: 'Its code on the site; at the counter it’s on the card:',
  },
  fr: {
    title: 'Compte de la carte dynamique',
    lead: 'Tapez ce code sur le site de la boutique :',
    until: 'Il vaut deux minutes, et pour une connexion.',
    again: 'Un autre code',
    gift: 'Carte cadeau',
    left: 'Il y reste :',
    giftCode: 'Son code sur le site ; en boutique, elle est sur la carte :',
  },
} as const;

function bodyOf(language: Language, code: string, giftCode: string, balance: number): string {
  const { lead, until, again, gift, left, giftCode: codeIs } = WORDS[language];
  const amount = new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' }).format(balance / 100);
  return `<p>${lead}</p>
<p class="code"><strong>${code}</strong></p>
<p>${until} <a href="">${again}</a></p>
<h2>${gift}</h2>
<p>${left} ${amount}</p>
<p>${codeIs} <strong>${giftCode}</strong></p>`;
}
