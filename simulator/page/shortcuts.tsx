/**
 * Keys for whoever has no mouse at hand, and the list of them. They can be switched off: a speech program may type single letters.
 * Source: WCAG 2.2, 2.1.4 Character key shortcuts.   Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Shortcut {
  readonly does: string;
  readonly run: () => unknown;
}

interface ShortcutsProps {
  /** By the key, as `KeyboardEvent.key` names it. */
  readonly keys: Readonly<Record<string, Shortcut>>;
}

export function Shortcuts({ keys }: ShortcutsProps): JSX.Element {
  const [isOn, setOn] = useState(true);
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: a passive effect would let one more letter through.
  useLayoutEffect(() => {
    function pressed(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === '?') dialog.current?.showModal();
      const run = isOn ? (keys[event.key]?.run ?? readerBy(event.key)) : undefined;
      if (run === undefined) return;
      event.preventDefault();
      void run();
    }
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  });
  return (
    <footer class="foot">
      <button type="button" class="quiet" onClick={() => dialog.current?.showModal()}>
        Keys <kbd>?</kbd>
      </button>
      <dialog ref={dialog} aria-labelledby="keys">
        <h2 id="keys">Keys</h2>
        <table>
          <tbody>
            {Object.entries(keys).map(([key, { does }]) => (
              <tr key={key}>
                <th scope="row">
                  <kbd>{key}</kbd>
                </th>
                <td>{does}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">
                <kbd>1</kbd>…<kbd>9</kbd>
              </th>
              <td>goes to that reader</td>
            </tr>
            <tr>
              <th scope="row">
                <kbd>↑</kbd> <kbd>↓</kbd>
              </th>
              <td>in what happened: goes from one to the next; Enter opens it</td>
            </tr>
          </tbody>
        </table>
        <label class="switch">
          <input type="checkbox" checked={isOn} onChange={() => setOn(!isOn)} /> Single letters do something
        </label>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </footer>
  );
}

/** Digits press the button of a reader at the top. */
function readerBy(key: string): (() => void) | undefined {
  if (!/^[1-9]$/.test(key)) return undefined;
  const button = document.querySelector<HTMLButtonElement>(`[data-key="${key}"]`);
  return button === null ? undefined : () => button.click();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // Letters go to a choice in a list; radio and check boxes take none.
  const isField = target instanceof HTMLInputElement && !['radio', 'checkbox'].includes(target.type);
  return isField || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
