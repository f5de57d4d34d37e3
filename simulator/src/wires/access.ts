/**
 * Who may talk to the server of a simulated reader: programs of this machine that know its token. No web page does.
 * Floor: simulator wires.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

interface Access {
  /**
   * @returns the path after the token, such as `/acquirer/status`; empty for the reader itself; undefined when the request is
   * refused
   */
  allowed(request: IncomingMessage): string | undefined;
}

/** @param token printable, at least 16 characters @param port that the server listens on */
export function createAccess(token: string, port: number): Access {
  // A page that has its name resolved to 127.0.0.1 still says its own name here.
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  return {
    allowed({ url = '', headers: { host = '', origin } }) {
      if (!hosts.includes(host)) return undefined;
      if (origin !== undefined && !hosts.some((own) => origin === `http://${own}`)) return undefined;
      const [path = ''] = url.split('?', 1);
      const given = path.slice(1).split('/', 1)[0] ?? '';
      return isSame(given, token) ? path.slice(1 + given.length) : undefined;
    },
  };
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
