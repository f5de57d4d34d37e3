/**
 * A booted chip, saved and restored as often as one likes, so that tests needn't boot.
 * Floor: simulator machine chip.
 * The emulator is a tree of objects that its constructor makes in the same way each time. What it holds is therefore known by
 * the path to it; what is restored goes into a new tree.
 */
import type { RP2040 } from 'rp2040js';
import { Chip, type ChipOptions, type ChipState } from './chip.js';

export interface ChipSnapshot {
  readonly state: ChipState;
  readonly flash: Uint8Array;
  readonly objects: ReadonlyMap<string, ObjectState>;
}

type Saved =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'object'; readonly path: string };

type ObjectState = ReadonlyMap<string, Saved>;

/** Links of the list of alarms: they lead to objects that have a place of their own. */
const LINKS: readonly string[] = ['next', 'nextAlarm'];
/** Not of the chip: what logs, and memory that is saved by another name. */
const LEFT_OUT: readonly string[] = ['logger', 'flash', 'flash16'];

/** @throws Error when something outside the chip waits for a moment of its time, such as a byte on a serial line */
export function saveChip(chip: Chip): ChipSnapshot {
  const places = placesIn(chip.core);
  const objects = new Map<string, ObjectState>();
  for (const [object, path] of places) objects.set(path, stateOf(object, places));
  return { state: chip.state(), flash: chip.flash.bytes.slice(), objects };
}

/** @param options as for the chip that was saved; the image is in its flash already */
export function restoreChip(snapshot: ChipSnapshot, options: Omit<ChipOptions, 'image'> = {}): Chip {
  const chip = new Chip({ ...options, flashBytes: snapshot.flash.length, image: [] });
  resumeChip(chip, snapshot);
  return chip;
}

/** A chip that is there already, with what is attached to it, goes on where another one was. */
export function resumeChip(chip: Chip, { state, flash, objects }: ChipSnapshot): void {
  chip.flash.load(0, flash);
  chip.resume(state, (core) => {
    const byPath = new Map([...placesIn(core)].map(([object, path]) => [path, object]));
    for (const [path, saved] of objects) {
      const object = byPath.get(path);
      if (object === undefined) throw new Error(`the emulator has no ${path} when it begins`);
      for (const [name, value] of saved) restore(object as Record<string, unknown>, name, value, byPath);
    }
  });
}

function placesIn(root: RP2040): ReadonlyMap<object, string> {
  const places = new Map<object, string>([[root, '']]);
  // A Map may grow while it's walked: what is found is walked, too.
  for (const [object, path] of places) {
    for (const [name, value] of Object.entries(object)) {
      if (!isTree(value) || LINKS.includes(name) || LEFT_OUT.includes(name) || places.has(value)) continue;
      places.set(value, `${path}.${name}`);
    }
  }
  return places;
}

function stateOf(object: object, places: ReadonlyMap<object, string>): ObjectState {
  const state = new Map<string, Saved>();
  for (const [name, value] of Object.entries(object)) {
    if (LEFT_OUT.includes(name) || typeof value === 'function' || value instanceof DataView || value instanceof Set)
      continue;
    if (ArrayBuffer.isView(value)) {
      const end = value.byteOffset + value.byteLength;
      state.set(name, { kind: 'bytes', bytes: value.buffer.slice(value.byteOffset, end) as ArrayBuffer });
    } else if (isTree(value)) {
      const path = places.get(value);
      if (path === undefined) throw new Error(`${name} is not of the chip: something outside waits for its time`);
      state.set(name, { kind: 'object', path });
    } else {
      state.set(name, { kind: 'value', value });
    }
  }
  return state;
}

function restore(
  object: Record<string, unknown>,
  name: string,
  saved: Saved,
  byPath: ReadonlyMap<string, object>,
): void {
  switch (saved.kind) {
    case 'value':
      object[name] = saved.value;
      return;
    case 'object':
      object[name] = byPath.get(saved.path);
      return;
    case 'bytes': {
      const view = object[name];
      if (!ArrayBuffer.isView(view)) throw new Error(`the emulator has no bytes in ${name}`);
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(new Uint8Array(saved.bytes));
    }
  }
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Set);
}
