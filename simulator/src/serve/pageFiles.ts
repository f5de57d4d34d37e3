/**
 * The page of a simulator server: three files of this package, from this server alone.
 * Floor: simulator serve.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

const FILES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  '/': ['page.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
};

/**
 * @param base the path that the server is at, with its token
 * @param path what `Access.allowed` gave
 * @returns false: it's no file of the page, and nothing was answered
 */
export function answerWithPage(
  base: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.method !== 'GET') return false;
  if (path === '') {
    response.writeHead(308, { location: `${base}/` }).end();
    return true;
  }
  const file = FILES[path];
  if (file === undefined) return false;
  const [name, type] = file;
  const text = textOf(name);
  if (text === undefined)
    response.writeHead(404, { 'content-type': 'text/plain' }).end('The page is not built: npm run build.\n');
  else response.writeHead(200, { ...headers(request.headers.host ?? ''), 'content-type': type }).end(text);
  return true;
}

/** Nothing from elsewhere, nothing in line, nothing that leaves: the address holds the token. @param host was checked */
function headers(host: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Not every browser takes a WebSocket of the same host for 'self'.
    `connect-src 'self' ws://${host}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

function textOf(name: string): Buffer | undefined {
  try {
    return readFileSync(createRequire(import.meta.url).resolve(`@comptoir/simulator/page/${name}`));
  } catch {
    return undefined;
  }
}
