/**
 * `bench --target pico`: the images of reader and dynamic card on the emulated chip.
 *
 *   bench --target pico [--json]      figures that come out the same each time, then those of this machine
 *   bench --target pico --check       against firmware/port/baseline.json
 *   bench --target pico --baseline    writes that file
 *   bench --target pico --hot-code    writes firmware/port/boards/pico/hotCode.txt
 */
import { isReached, type Row } from '../rows/row.js';
import { tableOf } from '../table.js';
import { checkBaseline, figuresOfImages, writeBaseline } from './baseline.js';
import { callgrindRows } from './callgrind.js';
import { cardRows } from './cardRows.js';
import { writeHotCode } from './hotCode.js';
import { deterministicRows, wallClockRows } from './picoRows.js';

/** @returns the exit code */
export async function benchPico(options: readonly string[], machine: string): Promise<number> {
  const say = (line: string): void => console.log(line);
  if (options.includes('--check')) return checkBaseline(process.env['CI'] !== undefined, say);
  if (options.includes('--baseline') || options.includes('--hot-code')) {
    await (options.includes('--baseline') ? writeBaseline(say) : writeHotCode(say));
    return 0;
  }
  const sentences: string[] = [];
  const { reader, card } = await figuresOfImages();
  const counted = [...(await deterministicRows(reader)), ...cardRows(card)];
  counted.push(...(await callgrindRows((sentence) => sentences.push(sentence))));
  const timed = await wallClockRows();
  if (options.includes('--json'))
    say(JSON.stringify({ counted: counted.map(told), machine, timed: timed.map(told) }, null, 2));
  else {
    const remarks = sentences.map((sentence) => `\n${sentence}`).join('');
    say(`the same in each run\n\n${tableOf(counted)}${remarks}\n\n${machine}\n\n${tableOf(timed)}`);
  }
  return 0;
}

function told(row: Row): object {
  return { ...row, isReached: isReached(row) ?? null };
}
