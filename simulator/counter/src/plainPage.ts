/** A page of the counter's own, beside the shop: in the visitor's language, with the shop's style, never kept.   Floor: counter. */
import type { FastifyReply, FastifyRequest } from 'fastify';

export type Language = 'en' | 'fr';

export function languageOf({ headers }: FastifyRequest): Language {
  return headers['accept-language']?.startsWith('fr') ? 'fr' : 'en';
}

/** @param body HTML, under the title */
export function sendPage(reply: FastifyReply, language: Language, title: string, body: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(`<!doctype html>
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
${body}
</main>
</body>
</html>
`);
}
