/**
 * Brings a database to the newest schema: each migration once, in order, in a transaction of its own with its number.
 * Floor: shop database.
 */
import type { Database } from './database.js';
import { SCHEMA_1 } from './schema1.js';
import { SCHEMA_1_CUSTOMERS } from './schema1Customers.js';
import { SCHEMA_2 } from './schema2.js';
import { SCHEMA_3 } from './schema3.js';

/** By position: a migration is never changed once it was released, and never left out. */
export const MIGRATIONS: readonly (readonly string[])[] = [[SCHEMA_1, SCHEMA_1_CUSTOMERS], [SCHEMA_2], [SCHEMA_3]];

/** Of this program. Two that start at once wait for each other. */
const LOCK = 0x636f_6d70;

export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/** @throws SchemaTooNew when a newer program was here: this one would break what it made */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await tx.query(
      'create table if not exists schema_version (version int primary key, at timestamptz not null default now())',
    );
    const [row] = await tx.query<{ version: number | null }>('select max(version) as version from schema_version');
    const done = row?.version ?? 0;
    if (done > MIGRATIONS.length)
      throw new SchemaTooNew(
        `The database has schema ${done}, this program knows ${MIGRATIONS.length}: start a newer one.`,
      );
    for (const [at, parts] of MIGRATIONS.entries()) {
      if (at < done) continue;
      for (const statement of parts.flatMap(statementsOf)) await tx.query(statement);
      await tx.query('insert into schema_version (version) values ($1)', [at + 1]);
    }
  });
}

/** Statements end with a semicolon at the end of a line, and functions with `$$;`. */
function statementsOf(sql: string): readonly string[] {
  const statements: string[] = [];
  let open = '';
  let isInBody = false;
  for (const line of sql.split('\n')) {
    open += `${line}\n`;
    if ((line.split('$$').length - 1) % 2 === 1) isInBody = !isInBody;
    if (isInBody || !line.trimEnd().endsWith(';')) continue;
    statements.push(open);
    open = '';
  }
  return statements;
}
