/** Where COMPTOIR_POSTGRES names a server, a new database there for each counter; else none, which is PGlite in memory. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export async function ownDatabase(): Promise<{ readonly database?: string }> {
  const server = process.env['COMPTOIR_POSTGRES'];
  if (server === undefined) return {};
  const name = `counter_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const database = new URL(server);
  database.pathname = `/${name}`;
  return { database: database.href };
}
