/**
 * docs/reference/simulator.openapi.json: the routes of a simulator server for programs that make clients.
 * Source: OpenAPI 3.1.   Floor: simulator serve.
 */
import { type Rule, schemaOf } from '#files';
import { FAULT_RULE } from '../simulation/faults/fault.js';
import { CONTROL_ROUTES, type ControlRoute } from './controlRoutes.js';
import { CARD_DESCRIPTION, LOG_ENTRY, OPENED, READER, TILL_RESULT } from './controlRules.js';
import { LIVE_RULE } from './liveFeed.js';

/** Those that get a name, for programs that pass them around. */
const SCHEMAS: Readonly<Record<string, Rule>> = {
  Reader: READER,
  Card: CARD_DESCRIPTION,
  Fault: FAULT_RULE,
  LogEntry: LOG_ENTRY,
  Opened: OPENED,
  TillResult: TILL_RESULT,
  LiveMessage: LIVE_RULE,
};

/** @returns JSON, with a line end at its end */
export function openApiText(): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of CONTROL_ROUTES) {
    const operations = paths[route.path] ?? {};
    paths[route.path] = operations;
    operations[route.method.toLowerCase()] = operationOf(route);
  }
  paths['/live'] = {
    get: watching('live', 'A WebSocket: how all readers are, and what happens at them', 'LiveMessage'),
  };
  paths['/readers/{id}/events'] = {
    get: watching('reader_events', 'A WebSocket: what happens at a reader', 'LogEntry', ID),
  };
  const schemas = Object.fromEntries(Object.entries(SCHEMAS).map(([name, rule]) => [name, schemaOf(rule)]));
  const description = 'What `comptoir-sim serve` is told. The address and its token are in the ready file.';
  const info = { title: 'The Comptoir simulator', version: '1', description };
  const servers = [
    {
      url: 'http://127.0.0.1:{port}/{token}',
      variables: { port: { default: '0' }, token: { default: 'token' } },
    },
  ];
  return `${JSON.stringify({ openapi: '3.1.0', info, servers, paths, components: { schemas } }, null, 2)}\n`;
}

const problem = {
  description: 'Not as it must be, in words',
  content: json({ type: 'object', properties: { error: { type: 'string' } }, required: ['error'] }),
};

function named(rule: Rule): object {
  const name = Object.keys(SCHEMAS).find((one) => SCHEMAS[one] === rule);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  return rule.is === 'list' ? { ...schemaOf(rule), items: named(rule.of) } : schemaOf(rule);
}

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

/** OpenAPI has no WebSockets: each message is in JSON, of the schema that the answer names. */
function watching(operationId: string, summary: string, schema: string, ...parameters: readonly object[]): object {
  return {
    operationId,
    summary,
    ...(parameters.length > 0 && { parameters }),
    responses: {
      101: {
        description: 'Each message of the server, in JSON',
        content: json({ $ref: `#/components/schemas/${schema}` }),
      },
    },
  };
}

function operationOf({ method, path, summary, body, answer }: ControlRoute): object {
  const names = [...path.matchAll(/\{(.+?)\}/g)].map(([, name = '']) => name);
  return {
    operationId: `${method}${path}`.toLowerCase().replace(/[^a-z]+/g, '_'),
    summary,
    ...(names.length > 0 && { parameters: names.map((name) => ({ ...ID, name })) }),
    ...(body !== undefined && { requestBody: { content: json(named(body)) } }),
    responses: {
      ...(answer === undefined
        ? { 204: { description: 'Done' } }
        : { 200: { description: summary, content: json(named(answer)) } }),
      ...(body !== undefined && { 400: problem, 413: problem }),
      ...(names.length > 0 && { 404: problem }),
      409: problem,
    },
  };
}

function json(schema: object): object {
  return { 'application/json': { schema } };
}
