/**
 * PostgreSQL in this process, on a folder: nothing to install. One connection; transactions wait for each other.
 * Floor: shop database.
 */
import { PGlite } from '@electric-sql/pglite';
import type { Database, Queryable, Row, Value } from './database.js';
import { lockFolder } from './folderLock.js';

interface PgliteOptions {
  /** Where it's kept. Default: in memory, gone with the process. */
  readonly folder?: string;
  /** A data folder as `dumpDataDir` gave it, to begin with. */
  readonly from?: Blob;
}

type Inner = Pick<PGlite, 'query'>;

/** @throws FolderInUse while another process, or this one, has the folder open */
export async function openPglite({
  folder,
  from,
}: PgliteOptions = {}): Promise<Database & { readonly pglite: PGlite }> {
  const unlock = folder === undefined ? () => undefined : lockFolder(folder);
  const pglite = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    ...(from !== undefined && { loadDataDir: from }),
  }).catch((fault: unknown) => {
    unlock();
    throw fault;
  });
  return {
    ...queryableOf(pglite),
    pglite,
    transaction: (work) => pglite.transaction((tx) => work(queryableOf(tx))),
    run: async (sql) => void (await pglite.exec(sql)),
    close: () => pglite.close().finally(unlock),
  };
}

function queryableOf(inner: Inner): Queryable {
  return {
    query: async <Kind extends Row>(sql: string, values: readonly Value[] = []) =>
      (await inner.query<Kind>(sql, [...values])).rows,
  };
}
