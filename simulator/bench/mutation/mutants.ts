/**
 * Mutants of a TypeScript source: the same text with one operator, condition, constant or call changed.
 *
 * Left alone is what the type checker asks for and no input reaches: the default of a read by index, and that an operand is
 * not undefined beside a comparison that undefined fails anyway.
 * Floor: bench.
 */
import ts from 'typescript';

export interface Mutant {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly was: string;
  readonly becomes: string;
  /** The whole text, changed. */
  readonly text: string;
}

const SWAPS: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [ts.SyntaxKind.LessThanToken, ['<=', '>=']],
  [ts.SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [ts.SyntaxKind.GreaterThanToken, ['>=', '<=']],
  [ts.SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [ts.SyntaxKind.PlusToken, ['-']],
  [ts.SyntaxKind.MinusToken, ['+']],
  [ts.SyntaxKind.AsteriskToken, ['/']],
  [ts.SyntaxKind.SlashToken, ['*']],
  [ts.SyntaxKind.PlusEqualsToken, ['-=']],
  [ts.SyntaxKind.MinusEqualsToken, ['+=']],
]);

/** @param passedOver functions and constants by name: nothing in them is changed */
export function mutantsOf(file: string, source: string, passedOver: readonly string[]): Mutant[] {
  const mutants: Mutant[] = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);

  function change(node: ts.Node, becomes: string): void {
    const start = node.getStart(tree);
    const was = source.slice(start, node.end);
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ file, line, was, becomes, text: source.slice(0, start) + becomes + source.slice(node.end) });
  }

  function visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    const isNamed = ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
    if (isNamed && node.name !== undefined && passedOver.includes(node.name.getText(tree))) return;
    if (isUnreachableDefault(node)) {
      visit(node.left);
      return;
    }
    if (ts.isBinaryExpression(node)) binary(node);
    else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      change(node, node.operand.getText(tree));
    } else if (ts.isIfStatement(node)) {
      change(node.expression, 'true');
      change(node.expression, 'false');
    } else if (ts.isConditionalExpression(node)) {
      change(node, `(${node.whenTrue.getText(tree)})`);
      change(node, `(${node.whenFalse.getText(tree)})`);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword && !ts.isLiteralTypeNode(node.parent)) change(node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword && !ts.isLiteralTypeNode(node.parent)) change(node, 'true');
    else if (ts.isNumericLiteral(node)) change(node, String(Number(node.text) + 1));
    else if (ts.isStringLiteral(node)) change(node, "'mutant'");
    else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) change(node, ';');
    else if (ts.isCallExpression(node)) call(node);
    ts.forEachChild(node, visit);
  }

  function binary(node: ts.BinaryExpression): void {
    const { operatorToken, left, right } = node;
    for (const other of SWAPS.get(operatorToken.kind) ?? []) change(operatorToken, other);
    const isChoice =
      operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      operatorToken.kind === ts.SyntaxKind.BarBarToken ||
      operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
    if (!isChoice) return;
    change(node, `(${left.getText(tree)})`);
    if (!comparesUndefined(left)) change(node, `(${right.getText(tree)})`);
  }

  function call({ expression }: ts.CallExpression): void {
    if (!ts.isPropertyAccessExpression(expression)) return;
    const { name } = expression;
    if (name.text === 'min') change(name, 'max');
    if (name.text === 'max') change(name, 'min');
    if (name.text === 'every') change(name, 'some');
    if (name.text === 'some') change(name, 'every');
    if (name.text === 'floor') change(name, 'ceil');
  }

  visit(tree);
  return mutants;
}

/** `list[at] ?? 0`, `list[at]?.field ?? {}`. */
function isUnreachableDefault(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return false;
  let read: ts.Node = node.left;
  while (ts.isPropertyAccessExpression(read)) read = read.expression;
  return ts.isElementAccessExpression(read);
}

/** `a === undefined`, `a !== undefined`, or a chain that ends with it. */
function comparesUndefined(node: ts.Expression): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  return ts.isIdentifier(node.right) && node.right.text === 'undefined';
}
