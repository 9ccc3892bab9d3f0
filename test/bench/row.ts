/** One line of the report. */
export interface Row {
  /** What was measured, with how many and what. */
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** What it is compared with. */
  readonly reference?: { readonly what: string; readonly value: number } | undefined;
  /** The most that is allowed: of the measured value, or of its ratio to the reference. */
  readonly budget?: { readonly most: number; readonly of: 'value' | 'ratio' } | undefined;
  readonly note?: string | undefined;
}

/** A row with what follows from it. */
export interface Judged extends Row {
  /** Measured divided by the reference. */
  readonly ratio?: number | undefined;
  /** Undefined where there is no budget. */
  readonly ok?: boolean | undefined;
}

export function judge(row: Row): Judged {
  const ratio = row.reference === undefined ? undefined : row.measured / row.reference.value;
  const held = row.budget?.of === 'ratio' ? ratio : row.measured;
  return { ...row, ratio, ok: row.budget === undefined || held === undefined ? undefined : held <= row.budget.most };
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}

/** `1/25` is easier to read than 0.04. */
function ratioText(ratio: number): string {
  return ratio < 0.5 ? `1/${short(1 / ratio)}` : `${short(ratio)}x`;
}

function budgetText({ budget, unit }: Row): string {
  if (budget === undefined) return '';
  return budget.of === 'ratio' ? `<= ${ratioText(budget.most)}` : `<= ${short(budget.most)} ${unit}`;
}

/** The rows of one group as a table. */
export function tableOf(title: string, rows: readonly Judged[]): string {
  const cells = rows.map((row) => [
    row.ok === undefined ? '' : row.ok ? 'ok' : 'OVER',
    row.what,
    `${short(row.measured)} ${row.unit}`,
    row.reference === undefined ? '' : `${row.reference.what} ${short(row.reference.value)} ${row.unit}`,
    row.ratio === undefined ? '' : ratioText(row.ratio),
    budgetText(row),
    row.note ?? '',
  ]);
  const head = ['', 'what', 'measured', 'reference', 'ratio', 'budget', ''];
  const widths = head.map((name, column) => Math.max(...[head, ...cells].map((line) => (line[column] ?? name).length)));
  const lines = [head, ...cells].map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${title}\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}\n`;
}
