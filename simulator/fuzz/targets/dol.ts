/** Data object lists: an answer is as long as the list says, or there is none. */
import { answerDataObjectList, parseDataObjectList } from '../../../firmware/src/emv/data/dataObjectList.js';
import { hexIn, hold, vectorInputs } from '../target.js';

const DATA_BYTES_MAX = 252;

export function seeds(): readonly Uint8Array[] {
  return [...vectorInputs('dol', 'dol.parse'), ...vectorInputs('dol', 'dol.build')].map((input) => hexIn(input, 'dol'));
}

export function fuzz(data: Uint8Array): void {
  const list = Uint8Array.from(data);
  const parsed = parseDataObjectList(list);
  // The reader's own objects are of any length.
  const answer = answerDataObjectList(list, (tag) => (tag % 3 === 0 ? undefined : new Uint8Array(tag % 9).fill(0x11)));
  if (!parsed.ok) {
    hold(!answer.ok && answer.fault === parsed.fault, 'a list that can not be read is not answered');
    return;
  }
  const asked = parsed.entries.reduce((sum, { length }) => sum + length, 0);
  hold(asked === parsed.dataLength, 'the length is that of the entries');
  hold(answer.ok === asked <= DATA_BYTES_MAX, 'what fits in a command is answered, and nothing else');
  hold(!answer.ok || answer.data.length === asked, 'the answer is as long as the list says');
}
