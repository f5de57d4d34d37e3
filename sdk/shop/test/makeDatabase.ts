/** Before any test file: the database that they copy, once for a schema. Without it each would make one, all at the same time. */
import { databasePath } from './testDatabase.js';

export default async function makeDatabase(): Promise<void> {
  if (process.env['COMPTOIR_POSTGRES'] === undefined) await databasePath();
}
