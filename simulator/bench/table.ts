/** The rows as a table for people. */
import { isReached, type Row } from './rows/row.js';

export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['', 'median', 'min .. max', 'goal', ''],
    ...rows.map((row) => [
      row.name,
      `${figure(row.value)} ${row.unit}`,
      row.min === undefined || row.max === undefined ? '' : `${figure(row.min)} .. ${figure(row.max)}`,
      goalText(row),
      row.detail,
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function goalText(row: Row): string {
  const { goal } = row;
  if (goal === undefined) return '';
  return `${goal.kind === 'atLeast' ? '≥' : '≤'} ${goal.value} ${isReached(row) ? 'reached' : 'MISSED'}`;
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
