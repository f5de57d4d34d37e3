/**
 * The till without a network: its own files from the cache, and the pictures that were seen. What the shop says goes to the shop; the till itself
 * keeps the catalogue.
 * Floor: till.
 */

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const FILES = 'comptoir-till';
const PICTURES = 'comptoir-pictures';
const here: string = new URL('./', location.href).href;

addEventListener('install', (event) => {
  (event as WorkerEvent).waitUntil(keepFiles());
});

addEventListener('activate', (event) => {
  (event as WorkerEvent).waitUntil((self as unknown as { clients: { claim(): Promise<void> } }).clients.claim());
});

addEventListener('fetch', (event) => {
  const { request } = event as FetchEvent;
  if (request.method !== 'GET') return;
  const { origin, pathname } = new URL(request.url);
  if (request.url.startsWith(here)) (event as FetchEvent).respondWith(ownFile(request));
  else if (origin === location.origin && pathname.startsWith('/pictures/'))
    (event as FetchEvent).respondWith(picture(request));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(FILES);
  const names: readonly string[] = await (await fetch('./precache.json', { cache: 'no-store' })).json();
  await cache.addAll(['./', ...names]);
  const kept = new Set(['', ...names].map((name) => here + name));
  for (const request of await cache.keys()) if (!kept.has(request.url)) await cache.delete(request);
  await (self as unknown as { skipWaiting(): Promise<void> }).skipWaiting();
}

/** Files have their hash in the name; the page itself is asked for anew while there is a network. */
async function ownFile(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  const isPage = request.mode === 'navigate';
  const kept = await cache.match(isPage ? here : request, { ignoreSearch: true });
  if (kept !== undefined && !isPage) return kept;
  try {
    return await fetch(request);
  } catch (fault) {
    if (kept !== undefined) return kept;
    throw fault;
  }
}

async function picture(request: Request): Promise<Response> {
  const cache = await caches.open(PICTURES);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const told = await fetch(request);
  if (told.ok) await cache.put(request, told.clone());
  return told;
}
