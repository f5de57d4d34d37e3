/** A browser without scripts, and a till, over `inject`: no port is opened. */
import type { FastifyInstance, InjectOptions } from 'fastify';

export const ORIGIN = 'http://shop.test';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  json<Kind>(): Kind;
}

export interface Browser {
  get(url: string): Promise<Answer>;
  /** Fills in the form of the page that was opened last whose action is `url`, as it is, but for these fields. */
  submit(url: string, fields?: Readonly<Record<string, string>>): Promise<Answer>;
  post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  readonly cookies: Map<string, string>;
}

export async function ask(server: FastifyInstance, options: InjectOptions): Promise<Answer> {
  const { statusCode, body, headers } = await server.inject(options);
  return { status: statusCode, text: body, headers, json: () => JSON.parse(body) };
}

export function till(server: FastifyInstance, key: string) {
  let calls = 0;
  return {
    get: (url: string) =>
      ask(server, { method: 'GET', url: `/api/till${url}`, headers: { authorization: `Bearer ${key}` } }),
    post(url: string, payload: object = {}, idempotencyKey: string = `${key.slice(0, 6)}-${++calls}`) {
      const headers = {
        authorization: `Bearer ${key}`,
        'idempotency-key': idempotencyKey,
        'content-type': 'application/json',
      };
      return ask(server, { method: 'POST', url: `/api/till${url}`, headers, payload: JSON.stringify(payload) });
    },
  };
}

export function browser(server: FastifyInstance): Browser {
  const cookies = new Map<string, string>();
  let page = '';
  const send = async (options: InjectOptions): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(server, { ...options, headers: { ...options.headers, cookie } });
    for (const line of [answer.headers['set-cookie'] ?? []].flat() as string[]) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    if (answer.status === 303) return send({ method: 'GET', url: String(answer.headers['location']) });
    if (String(answer.headers['content-type']).startsWith('text/html')) page = answer.text;
    return answer;
  };
  const post: Browser['post'] = (url, fields, headers = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }) =>
    send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(fields).toString(),
    });
  return {
    cookies,
    get: (url) => send({ method: 'GET', url }),
    post,
    submit(url, fields = {}) {
      const form = page.split('<form').find((one) => one.includes(`action="${url}"`) && one.includes('method="post"'));
      if (form === undefined) throw new Error(`no form for ${url} in ${page.slice(0, 200)}`);
      const found = [...(form.split('</form>')[0]?.matchAll(/<input[^>]*>/g) ?? [])].flatMap(([input]) => {
        const name = /name="([^"]*)"/.exec(input)?.[1];
        const value = /value="([^"]*)"/.exec(input)?.[1] ?? '';
        const isOff = input.includes('type="radio"') && !input.includes('checked');
        return name === undefined || isOff ? [] : [[name, value] as const];
      });
      const select = /<select name="([^"]*)"[^>]*><option value="([^"]*)"/.exec(form);
      return post(url, {
        ...Object.fromEntries(found),
        ...(select && { [select[1] ?? '']: select[2] ?? '' }),
        ...fields,
      });
    },
  };
}
