/**
 * The database as the shop uses it: SQL of PostgreSQL, whatever runs it. Two things do: PGlite in this process, and PostgreSQL by a URL.
 * Floor: shop database; imports nothing.
 */

export type Value = string | number | boolean | null | Uint8Array;
/** Whole numbers come as numbers, `jsonb` as what it holds. */
export type Row = Readonly<Record<string, unknown>>;

export interface Queryable {
  /** @param sql one statement, with $1, $2 … for the values */
  query<Kind extends Row = Row>(sql: string, values?: readonly Value[]): Promise<readonly Kind[]>;
}

export interface Database extends Queryable {
  /** Everything that `work` asks for, or nothing. Rejects with what `work` rejected with. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /** Several statements without values. */
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** Called before each statement, and before a transaction is committed; what it throws, the statement throws. For tests of crashes. */
export type FaultPoint = (statement: string) => void;

/** A database that fails where `fault` says so. */
export function withFaults(database: Database, fault: FaultPoint): Database {
  const watched = (inner: Queryable): Queryable => ({
    async query(sql, values) {
      fault(sql);
      return inner.query(sql, values);
    },
  });
  return {
    ...watched(database),
    transaction: (work) =>
      database.transaction(async (tx) => {
        const result = await work(watched(tx));
        fault('commit');
        return result;
      }),
    async run(sql) {
      fault(sql);
      await database.run(sql);
    },
    close: () => database.close(),
  };
}
