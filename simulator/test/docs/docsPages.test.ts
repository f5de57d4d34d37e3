/** The pages find each other: the index lists them all, links lead to files, decision records are numbered and titled alike. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const docs = readdirSync(`${root}/docs`, { recursive: true, encoding: 'utf8' }).filter((page) => page.endsWith('.md'));
const pages = [
  'README.md',
  'CHANGELOG.md',
  'test-vectors/README.md',
  'firmware/port/engine/patches/README.md',
  ...docs.map((page) => `docs/${page}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The files that a page links to, from the top of the repository. */
function linkedFiles(page: string): readonly string[] {
  const links = [...textOf(page).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link);
  return links.filter((link) => !link.includes(':')).map((link) => join(dirname(page), link));
}

test('the index lists every page', () => {
  const listed = linkedFiles('docs/README.md');
  expect(docs.map((page) => `docs/${page}`).filter((page) => !['docs/README.md', ...listed].includes(page))).toEqual(
    [],
  );
});

test.each(pages)('the links of %s lead to files', (page) => {
  expect(linkedFiles(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

/** The names of a page's headings, as links have them. */
function headingsOf(page: string): readonly string[] {
  const prose = textOf(page).replaceAll(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('the links of %s into pages lead to headings', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)];
  const lost = links.filter(([, file = '', heading = '']) => {
    const target = file === '' ? page : join(dirname(page), file);
    return target.endsWith('.md') && !headingsOf(target).includes(heading);
  });
  expect(lost.map(([link]) => link)).toEqual([]);
});

test('a decision record begins with the number of its file and its title, as the index has it', () => {
  const records = docs.filter((page) => page.startsWith('decisions/'));
  const index = textOf('docs/README.md');
  const wrong = records.filter((page) => {
    const [, number, title] = /^# (\d+)\. (.+)\n/.exec(textOf(`docs/${page}`)) ?? [];
    const isNamed = page.startsWith(`decisions/${number?.padStart(4, '0')}-`);
    return !isNamed || !index.includes(`- ${number}: [${title}](${page})`);
  });
  expect(records.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

/**
 * A sentence that says what isn't there carries a mark: `<!-- until: npm run NAME -->`, or `<!-- until: FILE -->` from the top of the repository.
 * @returns the marks of which that came
 */
function outdated(text: string): readonly string[] {
  const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const marks = [...text.matchAll(/<!-- until: (.+?) -->/g)].map(([, mark = '']) => mark);
  return marks.filter((mark) =>
    mark.startsWith('npm run ') ? mark.slice('npm run '.length) in scripts : existsSync(join(root, mark)),
  );
}

test('what a page says is still to come has not come', () => {
  expect(pages.flatMap((page) => outdated(textOf(page)).map((mark) => `${page}: ${mark}`))).toEqual([]);
});

test('a command and a file that came are found', () => {
  const text = 'Not yet. <!-- until: npm run quick --> <!-- until: README.md --> <!-- until: npm run never -->';
  expect(outdated(text)).toEqual(['npm run quick', 'README.md']);
});
