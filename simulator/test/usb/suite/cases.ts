/** Cases in a row, told as they end: a line for people, and JUnit for programs. */
import { writeFileSync } from 'node:fs';
import { type JunitCase, junitXml } from '../../../src/trials/replay/junit.js';
import { isInSample } from '../../sample/sample.js';

export interface Cases {
  /** Never rejects. @param group a transport, or what is tried */
  run(group: string, name: string, work: () => Promise<void>): Promise<void>;
  /** The table, and the file. @returns how many failed */
  end(junitFile: string | undefined): number;
}

/** In a guest on a busy machine, what takes seconds takes minutes. */
const CASE_MS_MAX = 1_200_000;

/**
 * With COMPTOIR_CASES=count nothing is tried, and `end` prints how many cases there are.
 * @param only parts of the names of groups and cases; empty: all
 */
export function createCases(only: readonly string[]): Cases {
  const isCounting = process.env.COMPTOIR_CASES === 'count';
  let count = 0;
  const results: JunitCase[] = [];
  return {
    async run(group, name, work) {
      if (only.length > 0 && !only.some((part) => `${group}: ${name}`.includes(part))) return;
      if (!isInSample('usb', `${group}: ${name}`)) return;
      count += 1;
      if (isCounting) return;
      const startMs = Date.now();
      let failure: string | undefined;
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('it took too long')), CASE_MS_MAX).unref();
      });
      try {
        await Promise.race([work(), late]);
      } catch (fault) {
        failure = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      }
      const ms = Date.now() - startMs;
      results.push({ id: name, kind: group, target: 'usb', pass: failure === undefined, ms, failure: failure ?? '' });
      console.log(`${failure === undefined ? 'ok  ' : 'FAIL'} ${group}: ${name} (${(ms / 1000).toFixed(1)} s)`);
      if (failure !== undefined) console.log(failure);
    },
    end(junitFile) {
      if (isCounting) {
        console.log(count);
        return 0;
      }
      const failed = results.filter(({ pass }) => !pass).length;
      console.log(table(results));
      console.log(`usb: ${results.length - failed} passed, ${failed} failed`);
      if (junitFile !== undefined) writeFileSync(junitFile, junitXml(results));
      return failed;
    },
  };
}

/** Cases by transports. */
function table(results: readonly JunitCase[]): string {
  const groups = [...new Set(results.map(({ kind }) => kind))];
  const names = [...new Set(results.map(({ id }) => id))];
  const width = Math.max(...names.map((name) => name.length), 4);
  const cell = (name: string, group: string): string => {
    const result = results.find(({ id, kind }) => id === name && kind === group);
    return (result === undefined ? '' : result.pass ? 'ok' : 'FAIL').padEnd(group.length);
  };
  return [
    ['case'.padEnd(width), ...groups].join('  '),
    ...names.map((name) => [name.padEnd(width), ...groups.map((group) => cell(name, group))].join('  ').trimEnd()),
  ].join('\n');
}
