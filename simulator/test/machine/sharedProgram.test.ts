/** Readers of one text share all of it but its entry. So nothing outside of the entry may keep what is one reader's. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { findTarget } from '../../src/machine/targets/targets.js';

/** What is assigned all the same: indexes for decoding, which nobody finds anything in; and whose bytes are marked, said before each step. */
const ASSIGNED: Readonly<Record<string, readonly string[]>> = {
  reader: ['cardIndex', 'marked', 'noted', 'sharedIndex'],
  dynamicCard: ['sharedIndex'],
  vectors: ['cardIndex', 'marked', 'noted', 'sharedIndex'],
};
const CHANGES = [
  'set',
  'add',
  'delete',
  'clear',
  'fill',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'copyWithin',
];

const STEPS: readonly ts.SyntaxKind[] = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];

/** Names of the whole text that it assigns, or calls to change themselves: `marked.push` changes what `marked` is assigned. */
function changedNames(text: string): readonly string[] {
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const declared = new Set<string>();
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) declared.add(name.getText());
    else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      declared.add(statement.name?.text ?? '');
  }
  const changed = new Set<string>();
  const note = (target: ts.Expression): void => {
    let root = target;
    while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = root.expression;
    if (ts.isIdentifier(root) && declared.has(root.text)) changed.add(root.text);
  };
  const isAssignment = (kind: ts.SyntaxKind): boolean =>
    kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) note(node.left);
    if (ts.isPostfixUnaryExpression(node)) note(node.operand);
    if (ts.isPrefixUnaryExpression(node) && STEPS.includes(node.operator)) note(node.operand);
    if (ts.isDeleteExpression(node)) note(node.expression);
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
      if (CHANGES.includes(node.expression.name.text)) note(node.expression.expression);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...changed].sort();
}

describe.each(Object.keys(ASSIGNED))('%s.js', (entry) => {
  const text = readFileSync(createRequire(import.meta.url).resolve(`@comptoir/firmware/${entry}.js`), 'utf8');

  test('changes nothing that it shares', () => {
    expect(changedNames(text)).toEqual(ASSIGNED[entry]);
  });

  test('names its board in its entry alone', () => {
    const program = text.slice(0, text.lastIndexOf('\n// src/'));
    const source = ts.createSourceFile('bundle.js', program, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
    const isFree = (node: ts.Node): boolean => {
      const { parent } = node;
      const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
      const isTaken = ts.isBindingElement(parent) && parent.propertyName === node;
      return !(isMember || isTaken || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent));
    };
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && node.text === 'board' && isFree(node)) found.push(node.parent.getText());
      ts.forEachChild(node, visit);
    };
    visit(source);
    expect(found).toEqual([]);
  });
});

test('a text that keeps something for all of its readers is found [sabotage twin]', () => {
  const text = 'var seen = [], count = 0;\nfunction see(one) { seen.push(one); count += 1; }\n';
  expect(changedNames(text)).toEqual(['count', 'seen']);
});

test('what comes before the entry runs once on each target', async () => {
  const text = 'var made = { by: 0 };\n// src/entry.ts\nmade.by += 1; board.give(made.by);';
  const given: unknown[] = [];
  for (const name of ['node', 'node', 'quickjs', 'quickjs'] as const) {
    const loaded = await findTarget(name).load(text, { give: (by: unknown) => void given.push(by) });
    loaded.dispose();
  }
  expect(given).toEqual([1, 2, 1, 2]);
});
