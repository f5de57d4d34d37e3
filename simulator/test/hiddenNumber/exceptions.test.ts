/** An exception is no wider than its name: beside each stands a hiding that it must not cover. */
import { expect, test } from 'vitest';
import { isNamed } from './exceptions.js';
import type { Hiding } from './hiding.js';

const whole: Hiding = {
  base: 'kernel 3',
  sale: 'pay contactless',
  isAuthentic: false,
  number: '4761739001010119',
  part: 'whole',
  odd: 8,
  coding: 'ASCII',
  split: 'no',
  places: ['50 label'],
  fit: 'front',
};
const split: Hiding = { ...whole, split: 'neighbours', places: ['9F24 PAR', '9F26 cryptogram'] };

test.each<[string, Hiding, Hiding]>([
  ['a secret coding', { ...whole, coding: 'XOR of packed' }, whole],
  ['digits in turn', { ...split, split: 'in turn' }, { ...whole, part: 'one left out' }],
  ['too short a run in each part', { ...split, part: 'hidden only' }, split],
  [
    'fields that another one parts',
    { ...split, part: 'hidden only' },
    { ...split, part: 'hidden only', places: ['9F26 cryptogram', '9F24 PAR'] },
  ],
  ['hexadecimal text', { ...whole, coding: 'hexadecimal text' }, { ...whole, coding: 'EBCDIC' }],
  [
    'base64 of capitals and figures',
    { ...whole, number: '4861910561862566', coding: 'base64 of packed' },
    { ...whole, coding: 'base64 of packed' },
  ],
  ['hidden digits, densely', { ...whole, part: 'hidden only', coding: 'packed' }, { ...whole, part: 'hidden only' }],
  [
    'another integer',
    { ...whole, part: 'one changed', coding: 'integer' },
    { ...whole, part: 'one changed', coding: 'packed' },
  ],
])('%s', (_, named, other) => expect([isNamed(named), isNamed(other)]).toEqual([true, false]));
