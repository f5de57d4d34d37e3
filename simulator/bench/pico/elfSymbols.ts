/**
 * Where a program has its variables and functions: the symbol table of an ELF file of 32 bits, little endian.
 * Source: System V ABI, chapter 4.
 */
const SECTION_TABLE_OFFSET = 0x20;
const SECTION_SIZE = 0x2e;
const SYMBOL_TABLE = 2;
const SYMBOL_BYTES = 16;
const TYPE_MASK = 15;
const FUNCTION = 2;

export interface ElfFunction {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
}

interface ElfSymbol extends ElfFunction {
  readonly type: number;
}

/** @returns addresses by name; of several variables of one name, the first @throws Error when it has no symbols */
export function elfSymbols(file: Uint8Array): ReadonlyMap<string, number> {
  const symbols = new Map<string, number>();
  for (const { name, address } of readSymbols(file)) if (!symbols.has(name)) symbols.set(name, address);
  return symbols;
}

/** @returns functions with their first instruction and length @throws Error when it has no symbols */
export function elfFunctions(file: Uint8Array): readonly ElfFunction[] {
  return readSymbols(file).flatMap(({ name, address, bytes, type }) =>
    type === FUNCTION && bytes > 0 ? [{ name, address: address & ~1, bytes }] : [],
  );
}

function readSymbols(file: Uint8Array): readonly ElfSymbol[] {
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
  const symbols: ElfSymbol[] = [];
  for (let at = table.offset; at < table.offset + table.bytes; at += SYMBOL_BYTES) {
    const start = names + word(at);
    const name = Buffer.from(file.subarray(start, file.indexOf(0, start))).toString('latin1');
    if (name !== '')
      symbols.push({ name, address: word(at + 4), bytes: word(at + 8), type: view.getUint8(at + 12) & TYPE_MASK });
  }
  return symbols;
}
