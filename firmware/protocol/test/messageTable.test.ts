import { FIELDS, type FieldName, isConstructed, MESSAGES, TEMPLATES } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { contentOf, formatOf, messageNames } from './messageValues.js';

const fieldNames = Object.keys(FIELDS) as FieldName[];
const contents = [...messageNames, ...(Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[])];

describe('the table', () => {
  test('no two fields share a tag, no two messages do, and none of one is one of the other', () => {
    const tags = [...fieldNames.map((name) => FIELDS[name].tag), ...messageNames.map((name) => MESSAGES[name].tag)];
    expect(new Set<number>(tags).size).toBe(tags.length);
  });

  test.each(contents)('%s names each field once', (name) => {
    const { required, optional } = contentOf(name);
    expect(new Set([...required, ...optional]).size).toBe(required.length + optional.length);
  });

  test.each(fieldNames)('%s: a list is a template, all else is primitive', (name) => {
    const { format, max, size, of } = formatOf(name);
    expect(isConstructed(FIELDS[name].tag)).toBe(format === 'list');
    expect(of !== undefined).toBe(format === 'list');
    // One of them for what varies; numbers have a size.
    expect([max, size].filter((length) => length !== undefined)).toHaveLength(format === 'list' ? 0 : 1);
    if (format === 'unsigned' || format === 'bcd') expect(size).toBeDefined();
  });

  test.each(messageNames)('%s is a template of one byte', (name) => {
    const { tag } = MESSAGES[name];
    expect(tag).toBeLessThan(0x100);
    expect(isConstructed(tag)).toBe(true);
  });

  test('every field is used', () => {
    const used = new Set(contents.flatMap((name) => [...contentOf(name).required, ...contentOf(name).optional]));
    expect(fieldNames.filter((name) => !used.has(name))).toEqual([]);
  });
});
