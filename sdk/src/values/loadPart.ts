/**
 * The parts of the SDK that are loaded when they are first asked for: a page that only takes payments doesn't carry them.
 * Floor: sdk values.
 */
import { ReaderError } from './errors.js';
import type { Recovery } from './errorTable.js';

const SERVE_IT: Recovery = {
  do: 'fix-code',
  message: 'Serve or install all files of the SDK together, then start again.',
};

/**
 * @param part what `import` gave
 * @param does what it's there for, as the end of a sentence
 * @throws ReaderError `link/unsupported-here`
 */
export function loadPart<Part>(part: Promise<Part>, does: string): Promise<Part> {
  return part.catch((cause: unknown) => {
    const message = `The part of the SDK that ${does} could not be loaded.`;
    throw new ReaderError('link/unsupported-here', { charged: 'no', message, recovery: SERVE_IT, cause });
  });
}
