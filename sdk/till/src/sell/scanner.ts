/**
 * A scanner that types like a keyboard: digits faster than fingers, then Enter.
 * Floor: till.
 */

const GAP_MS = 60;
const DIGITS_MIN = 6;

/** @param scanned gets the digits @returns what ends it */
export function listenToScanner(scanned: (code: string) => void): () => void {
  let digits = '';
  let lastMs = 0;
  const listen = (event: KeyboardEvent): void => {
    const isInField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (isInField) return;
    if (event.timeStamp - lastMs > GAP_MS) digits = '';
    lastMs = event.timeStamp;
    if (/^\d$/.test(event.key)) digits += event.key;
    else if (event.key === 'Enter' && digits.length >= DIGITS_MIN) {
      event.preventDefault();
      scanned(digits);
      digits = '';
    }
  };
  addEventListener('keydown', listen, { capture: true });
  return () => removeEventListener('keydown', listen, { capture: true });
}
