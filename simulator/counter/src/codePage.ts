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
  server.get(`/${token}/account`, async (request, reply) => {
    const language = request.headers['accept-language']?.startsWith('fr') ? 'fr' : 'en';
    const page = pageOf(language, showCode(), giftCode, (await balance()) ?? 0);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
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

function pageOf(language: keyof typeof WORDS, code: string, giftCode: string, balance: number): string {
  const words = WORDS[language];
  const { title, lead, until, again } = words;
  const amount = new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' }).format(balance / 100);
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
<p>${lead}</p>
<p class="code"><strong>${code}</strong></p>
<p>${until} <a href="">${again}</a></p>
<h2>${words.gift}</h2>
<p>${words.left} ${amount}</p>
<p>${words.giftCode} <strong>${giftCode}</strong></p>
</main>
</body>
</html>
`;
}
