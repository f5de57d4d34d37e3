/** A text that is typed in: an input shows its signal and changes it.   Floor: till. */
import type { Signal } from '@preact/signals';
import type { InputHTMLAttributes } from 'preact';

export function boundTo(text: Signal<string>): InputHTMLAttributes<HTMLInputElement> {
  return {
    value: text.value,
    autoComplete: 'off',
    onInput(event) {
      text.value = event.currentTarget.value;
    },
  };
}
