/**
 * Where a program has its variables: the symbol table of an ELF file of 32 bits, little endian.
 * Source: System V ABI, chapter 4.
 */
const SECTION_TABLE_OFFSET = 0x20;
const SECTION_SIZE = 0x2e;
const SYMBOL_TABLE = 2;
const SYMBOL_BYTES = 16;

/** @returns addresses by name; of several variables of one name, the first @throws Error when it has no symbols */
export function elfSymbols(file: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const word = (at: number): number => view.getUint32(at, true);
  const section = (number: number) => {
    const at = word(SECTION_TABLE_OFFSET) + number * view.getUint16(SECTION_SIZE, true);
    return { type: word(at + 4), offset: word(at + 16), bytes: word(at + 20), link: word(at + 24) };
  };
  const count = view.getUint16(SECTION_SIZE + 2, true);
  const table = Array.from({ length: count }, (_, number) => section(number)).find(({ type }) => type === SYMBOL_TABLE);
  if (table === undefined) throw new Error('the program has no symbols');
  const names = section(table.link).offset;
  const symbols = new Map<string, number>();
  for (let at = table.offset; at < table.offset + table.bytes; at += SYMBOL_BYTES) {
    const start = names + word(at);
    const name = Buffer.from(file.subarray(start, file.indexOf(0, start))).toString('latin1');
    if (name !== '' && !symbols.has(name)) symbols.set(name, word(at + 4));
  }
  return symbols;
}
