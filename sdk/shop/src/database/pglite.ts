/**
 * PostgreSQL in this process, on a folder: nothing to install. One connection; transactions wait for each other.
 * Floor: shop database.
 */
import { PGlite } from '@electric-sql/pglite';
import type { Database, Queryable, Row, Value } from './database.js';

export interface PgliteOptions {
  /** Where it's kept. Default: in memory, gone with the process. */
  readonly folder?: string;
  /** A data folder as `dumpDataDir` gave it, to begin with. */
  readonly from?: Blob;
}

type Inner = Pick<PGlite, 'query'>;

export async function openPglite({
  folder,
  from,
}: PgliteOptions = {}): Promise<Database & { readonly pglite: PGlite }> {
  const pglite = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    ...(from !== undefined && { loadDataDir: from }),
  });
  return {
    ...queryableOf(pglite),
    pglite,
    transaction: (work) => pglite.transaction((tx) => work(queryableOf(tx))),
    run: async (sql) => void (await pglite.exec(sql)),
    close: () => pglite.close(),
  };
}

function queryableOf(inner: Inner): Queryable {
  return {
    query: async <Kind extends Row>(sql: string, values: readonly Value[] = []) =>
      (await inner.query<Kind>(sql, [...values])).rows,
  };
}
