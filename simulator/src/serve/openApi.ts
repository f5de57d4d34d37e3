/**
 * docs/reference/simulator.openapi.json: the routes of a simulator server for programs that make clients.
 * Source: OpenAPI 3.1.   Floor: simulator.
 */
import { schemaOf } from '@comptoir/sdk/rules';
import { CONTROL_ROUTES, type ControlRoute } from './controlRoutes.js';

/** @returns JSON, with a line end at its end */
export function openApiText(): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of CONTROL_ROUTES) {
    const operations = paths[route.path] ?? {};
    paths[route.path] = operations;
    operations[route.method.toLowerCase()] = operationOf(route);
  }
  const description = 'What `comptoir-sim serve` is told. The address and its token are in the ready file.';
  const info = { title: 'The Comptoir simulator', version: '1', description };
  const servers = [
    {
      url: 'http://127.0.0.1:{port}/{token}',
      variables: { port: { default: '0' }, token: { default: 'token' } },
    },
  ];
  return `${JSON.stringify({ openapi: '3.1.0', info, servers, paths }, null, 2)}\n`;
}

const problem = {
  description: 'Not as it must be, in words',
  content: json({ type: 'object', properties: { error: { type: 'string' } }, required: ['error'] }),
};

function operationOf({ method, path, summary, body, answer }: ControlRoute): object {
  const hasReader = path.includes('{id}');
  return {
    operationId: `${method}${path}`.toLowerCase().replace(/[^a-z]+/g, '_'),
    summary,
    ...(hasReader && { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] }),
    ...(body !== undefined && { requestBody: { content: json(schemaOf(body)) } }),
    responses: {
      ...(answer === undefined
        ? { 204: { description: 'Done' } }
        : { 200: { description: summary, content: json(schemaOf(answer)) } }),
      ...(body !== undefined && { 400: problem }),
      ...(hasReader && { 404: problem }),
      409: problem,
    },
  };
}

function json(schema: object): object {
  return { 'application/json': { schema } };
}
