/**
 * The built till as files, at `/till/` of the shop's server.
 * Source: docs/how-to/serve-a-shop.md, the till.   Floor: shop server.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** Everything comes from the shop's own origin; the reader is there, too. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' ws:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param folder of `vite build` @throws Error when it isn't built */
export function tillPage(server: FastifyInstance, folder: string): void {
  if (!existsSync(join(folder, 'index.html')))
    throw new Error('The till is not built: npm run bundle -w @comptoir/till.');
  server.get('/till', (_request, reply) => reply.redirect('/till/'));
  server.get('/till/*', (request, reply) => {
    const asked = (request.params as { readonly '*': string })['*'] || 'index.html';
    const path = normalize(join(folder, asked));
    if (!path.startsWith(folder + sep) || !statSync(path, { throwIfNoEntry: false })?.isFile())
      return reply.code(404).send();
    const isNamedByHash = asked.startsWith('assets/');
    return reply
      .headers({
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        'cache-control': isNamedByHash ? 'public, max-age=31536000, immutable' : 'no-cache',
      })
      .send(readFileSync(path));
  });
}
