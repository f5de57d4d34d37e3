/**
 * PostgreSQL by a URL, with a pool of connections. The package `pg` is an optional peer: it's loaded here and nowhere else.
 * Floor: shop database.
 */
import type { Pool, PoolClient } from 'pg';
import type { Database, Queryable, Row, Value } from './database.js';

const CONNECTIONS_MAX = 8;
/** OIDs of bigint and of numeric: whole numbers below 2 ** 53, all of them. */
const BIGINT = 20;

/** @param url `postgres://user@host/database` */
export async function openPostgres(url: string, connections: number = CONNECTIONS_MAX): Promise<Database> {
  const { default: pg } = await import('pg');
  const types = {
    getTypeParser: ((oid: number, format: 'text') =>
      oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  };
  const pool: Pool = new pg.Pool({ connectionString: url, max: connections, types });
  // A connection that breaks while nobody uses it is replaced by the pool.
  pool.on('error', () => undefined);
  return {
    ...queryableOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      let fault: unknown;
      try {
        await client.query('begin');
        const result = await work(queryableOf(client));
        await client.query('commit');
        return result;
      } catch (error) {
        fault = await client.query('rollback').then(
          () => undefined,
          (broken: unknown) => broken,
        );
        throw error;
      } finally {
        client.release(fault !== undefined);
      }
    },
    run: async (sql) => void (await pool.query(sql)),
    close: () => pool.end(),
  };
}

function queryableOf(inner: Pool | PoolClient): Queryable {
  return {
    async query<Kind extends Row>(sql: string, values: readonly Value[] = []) {
      const bound = values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
      return (await inner.query(sql, bound)).rows as readonly Kind[];
    },
  };
}
