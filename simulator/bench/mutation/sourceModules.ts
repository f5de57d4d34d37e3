/**
 * TypeScript modules run from their sources, each change of a text being a run of its own. No file is written.
 * Floor: bench.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

type Factory = (exports: object, require: (name: string) => unknown) => void;

/** Modules of packages, by the name under which they are imported. */
export type Packages = Readonly<Record<string, unknown>>;

const compiled = new Map<string, Factory>();

/**
 * @param entry    path of a module
 * @param packages imports that are not relative, or the path of their source
 * @param changed  texts that stand for those of files
 */
export function runFromSource(entry: string, packages: Packages, changed: ReadonlyMap<string, string>): object {
  const loaded = new Map<string, object>();
  const load = (path: string): object => {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const exports = {};
    loaded.set(path, exports);
    factoryOf(path, changed.get(path))(exports, (name) => {
      if (name.startsWith('.')) return load(sourceOf(join(dirname(path), name)));
      const found = packages[name];
      if (found === undefined) throw new Error(`${path} imports ${name}`);
      return typeof found === 'string' ? load(found) : found;
    });
    return exports;
  };
  return load(entry);
}

function sourceOf(path: string): string {
  const source = path.replace(/\.js$/, '.ts');
  return existsSync(source) ? source : path;
}

function factoryOf(path: string, changed: string | undefined): Factory {
  if (changed !== undefined) return compile(changed);
  const known = compiled.get(path) ?? compile(readFileSync(path, 'utf8'));
  compiled.set(path, known);
  return known;
}

function compile(source: string): Factory {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: false },
  });
  return new Function('exports', 'require', outputText) as Factory;
}
