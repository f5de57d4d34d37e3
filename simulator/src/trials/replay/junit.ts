/**
 * Results as a JUnit XML file: a testsuite for each kind, a testcase for each record.
 * Source: the JUnit format as continuous-integration servers read it.   Floor: simulator trials.
 */

export interface JunitCase {
  readonly id: string;
  /** Of the suite. */
  readonly kind: string;
  readonly target: string;
  readonly pass: boolean;
  readonly ms: number;
  /** Why it failed; else what was expected and what came. */
  readonly failure?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** @param results already masked */
export function junitXml(results: readonly JunitCase[]): string {
  const suites = new Map<string, JunitCase[]>();
  for (const result of results) {
    const suite = suites.get(result.kind);
    if (suite === undefined) suites.set(result.kind, [result]);
    else suite.push(result);
  }
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${counts(results)}>`];
  for (const [kind, cases] of suites) {
    lines.push(`  <testsuite name="${escapeXml(kind)}"${counts(cases)}>`, ...cases.flatMap(testcase), '  </testsuite>');
  }
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

function counts(results: readonly JunitCase[]): string {
  const failures = results.filter(({ pass }) => !pass).length;
  const ms = results.reduce((sum, result) => sum + result.ms, 0);
  return ` tests="${results.length}" failures="${failures}" time="${seconds(ms)}"`;
}

function testcase(result: JunitCase): string[] {
  const opening = `    <testcase name="${escapeXml(result.id)}" classname="${escapeXml(`${result.target}.${result.kind}`)}" time="${seconds(result.ms)}"`;
  if (result.pass) return [`${opening}/>`];
  const text = result.failure ?? `expected ${JSON.stringify(result.expected)}\nactual ${JSON.stringify(result.actual)}`;
  return [`${opening}>`, `      <failure message="not as expected">${escapeXml(text)}</failure>`, '    </testcase>'];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}

/** Characters that XML 1.0 has no place for become U+FFFD. */
function escapeXml(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '&') escaped += '&amp;';
    else if (character === '<') escaped += '&lt;';
    else if (character === '>') escaped += '&gt;';
    else if (character === '"') escaped += '&quot;';
    else if (
      (code < 0x20 && code !== 9 && code !== 10 && code !== 13) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      code === 0xfffe ||
      code === 0xffff
    )
      escaped += '\uFFFD';
    else escaped += character;
  }
  return escaped;
}
