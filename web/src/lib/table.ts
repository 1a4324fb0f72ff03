/** Data of a result as a table: from lists of objects, lists of lists, `{columns, rows}`, or columns of lists. */

export interface Table {
  columns: string[];
  rows: unknown[][];
}

export function tableOf(data: unknown): Table | null {
  if (Array.isArray(data)) return ofList(data);
  if (!isObject(data)) return null;
  const columns = data.columns ?? data.headers ?? data.header;
  const rows = data.rows ?? data.data;
  if (Array.isArray(rows)) {
    const table = ofList(rows);
    if (table && Array.isArray(columns) && !rows.every(isObject))
      return { ...table, columns: columns.map(columnName) };
    return table;
  }
  const lists = Object.entries(data);
  if (lists.length && lists.every(([, list]) => Array.isArray(list)))
    return ofColumns(lists as [string, unknown[]][]);
  return { columns: ["", " "], rows: lists };
}

export function sorted(table: Table, column: number, descending: boolean): unknown[][] {
  return [...table.rows].sort((a, b) => compared(a[column], b[column]) * (descending ? -1 : 1));
}

export function toCsv(table: Table): string {
  return [table.columns, ...table.rows].map((row) => row.map(csvCell).join(",")).join("\r\n");
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function ofList(list: unknown[]): Table {
  if (list.length && list.every(isObject)) {
    const columns = [...new Set(list.flatMap((row) => Object.keys(row as object)))];
    return {
      columns,
      rows: list.map((row) => columns.map((column) => (row as Record<string, unknown>)[column])),
    };
  }
  if (list.length && list.every(Array.isArray)) {
    const width = Math.max(...list.map((row) => (row as unknown[]).length));
    return {
      columns: Array.from({ length: width }, (_, index) => String(index + 1)),
      rows: list as unknown[][],
    };
  }
  return { columns: [""], rows: list.map((value) => [value]) };
}

function ofColumns(lists: [string, unknown[]][]): Table {
  const height = Math.max(...lists.map(([, list]) => list.length));
  return {
    columns: lists.map(([name]) => name),
    rows: Array.from({ length: height }, (_, index) => lists.map(([, list]) => list[index])),
  };
}

function columnName(column: unknown): string {
  return isObject(column) ? String(column.label ?? column.name ?? column.key ?? "") : String(column);
}

function compared(a: unknown, b: unknown): number {
  const [first, second] = [numberOf(a), numberOf(b)];
  if (first !== null && second !== null) return first - second;
  return cellText(a).localeCompare(cellText(b), undefined, { numeric: true });
}

export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  const text = typeof value === "string" ? value.trim() : "";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

/** Quoted where needed. Texts that a spreadsheet would take for a formula get a quote in front. */
function csvCell(value: unknown): string {
  const text = cellText(value);
  const safe = typeof value === "string" && /^[=+@\t]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
