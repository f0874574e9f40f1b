/**
 * A table of dates (CSV, TSV, a sheet saved as text) to items, one for each row that has a title or a date. A column is known by its header in
 * six languages; without headers, by what stands in it. A row whose date cannot be read keeps its title and has no date.
 *
 * A deadline column makes a row's date where there is no start, and always stands in its text with its header, so that it is read as what it is.
 * A time without a zone stays in the text too, and the row's date is the day: a wrong hour would be worse than none.
 */
import type { Instant, PlainDate, Zone } from "../src/message.ts";
import type { DocumentError, DocumentEvent, DocumentItem, SourceDocument } from "../src/sources/document.ts";
import { addDays, instantOf, isZone } from "../src/time.ts";
import { numberOrder, readCellDate, readCellTime, type CellDate, type NumberOrder } from "./table/dates.ts";
import { readRows } from "./table/rows.ts";
import { columnOf, statusOf, type Column } from "./table/words.ts";
import { readLine, readText } from "./text.ts";

const TITLE_LIMIT = 500;
const TEXT_LIMIT = 5_000;
/** A title and notes may stand above the headers. */
const HEADER_WITHIN = 12;

type Layout = { headers: string[]; columns: Map<Column, number>; body: string[][]; title: string };

function layoutByHeader(rows: readonly string[][]): Layout | undefined {
  for (const [index, row] of rows.slice(0, HEADER_WITHIN).entries()) {
    const columns = new Map<Column, number>();
    for (const [place, cell] of row.entries()) {
      const column = columnOf(cell);
      if (column !== undefined && !columns.has(column)) columns.set(column, place);
    }
    const dated = columns.has("start") || columns.has("deadline") || columns.has("end");
    // Headers hold no dates themselves.
    if (!dated || columns.size < 2 || row.some((cell) => readCellDate(cell, "day-first") !== null)) continue;
    const above = rows.slice(0, index).map((cells) => cells.filter((cell) => cell !== "")).filter((cells) => cells.length === 1);
    return { headers: row, columns, body: rows.slice(index + 1), title: above[0]?.[0] ?? "" };
  }
  return undefined;
}

/** Without headers: the first column that mostly holds dates, the first of links, and the first of other words. */
function layoutByContent(rows: readonly string[][]): Layout | undefined {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = new Map<Column, number>();
  for (let place = 0; place < Math.min(width, 50); place += 1) {
    const cells = rows.map((row) => row[place] ?? "").filter((cell) => cell !== "");
    const share = (test: (cell: string) => boolean): number => (cells.length === 0 ? 0 : cells.filter(test).length / cells.length);
    const wanted: Column = share((cell) => readCellDate(cell, "day-first") !== null || readCellDate(cell, "month-first") !== null) >= 0.7
      ? columns.has("start") ? "end" : "start"
      : share((cell) => /^https?:\/\//i.test(cell)) >= 0.7 ? "link"
      : share((cell) => /\p{L}{3}/u.test(cell)) >= 0.7 ? "title" : "text";
    if (!columns.has(wanted)) columns.set(wanted, place);
  }
  return columns.has("start") && columns.has("title") && rows.length >= 2 ? { headers: [], columns, body: [...rows], title: "" } : undefined;
}

function layoutOf(text: string): Layout | undefined {
  const rows = readRows(text);
  return rows === undefined ? undefined : (layoutByHeader(rows) ?? layoutByContent(rows));
}

/** Whether a text is a table of dates. Ask after all other kinds: pages and feeds hold commas too. */
export function isTable(text: string): boolean {
  return !/^[\s\ufeff]*[<{]/.test(text.slice(0, 1_000)) && layoutOf(text.slice(0, 20_000)) !== undefined;
}

type Orders = (column: Column) => NumberOrder;

function dateOf(cells: ReadonlyMap<Column, string>, column: Column, orders: Orders): CellDate | null {
  const cell = cells.get(column) ?? "";
  return cell === "" ? null : readCellDate(cell, orders(column));
}

/** A zone that the row names makes a moment of a day and a time. */
function valueOf(date: CellDate | null, time: string, zone: Zone | null): PlainDate | Instant | null {
  if (date === null) return null;
  const written = date.time === "" ? time : date.time;
  if (written === "") return date.on;
  if (date.offset !== "") {
    const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d{2}):?(\d{2})$/.exec(date.offset) ?? [];
    return instantOf(date.on, written, "UTC") - (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  }
  return zone === null ? date.on : instantOf(date.on, written, zone);
}

/** "12–14 March 2027" and "01/03/2027 - 05/03/2027" name two days in one cell. */
function secondOf(cell: string, order: NumberOrder): CellDate | null {
  const short = /^\D{0,12}?(\d{1,2})\s*[-–—]\s*(\d{1,2}\s+\p{L}.*)$/u.exec(cell.trim());
  if (short !== null) return readCellDate(short[2] ?? "", order);
  const [, rest] = /^.{6,40}?\s+(?:[-–—]|to|au|al|a|до|по|إلى|–)\s+(.{6,40})$/u.exec(cell.trim()) ?? [];
  return rest === undefined ? null : readCellDate(rest, order);
}

function firstOf(cell: string): string {
  return cell.trim().replace(/^(\D{0,12}?\d{1,2})\s*[-–—]\s*\d{1,2}(\s+\p{L})/u, "$1$2");
}

function eventOf(cells: ReadonlyMap<Column, string>, orders: Orders): DocumentEvent {
  const dated = new Map(cells);
  const leading: Column = (cells.get("start") ?? "") !== "" ? "start" : (cells.get("deadline") ?? "") !== "" ? "deadline" : "end";
  const written = cells.get(leading) ?? "";
  dated.set(leading, firstOf(written));
  const zone = isZone(cells.get("zone") ?? "") ? (cells.get("zone") ?? null) : null;
  const time = readCellTime(cells.get("time") ?? "");
  const start = valueOf(dateOf(dated, leading, orders), time, zone);
  const stated = leading === "start" ? dateOf(cells, "end", orders) : null;
  const last = valueOf(stated ?? secondOf(written, orders(leading)), "", zone);
  const isWhole = typeof start === "string";
  const lastDay = !isWhole ? null : typeof last === "string" && last >= start ? last : start;
  return {
    start,
    // A table names the last day; a calendar names the day after it.
    end: isWhole ? (lastDay === null || last === null ? null : addDays(lastDay, 1)) : typeof last === "number" && typeof start === "number" && last >= start ? last : null,
    lastDay,
    status: statusOf(cells.get("status") ?? ""),
    occurrences: start === null ? [] : [start],
    zone: isWhole ? null : zone,
    sequence: null,
  };
}

function itemOf(row: readonly string[], { headers, columns }: Layout, orders: Orders, base: string): DocumentItem | null {
  const cells = new Map([...columns].map(([column, place]) => [column, (row[place] ?? "").trim()] as const));
  const title = readLine(cells.get("title") ?? "", "plain", TITLE_LIMIT);
  const event = eventOf(cells, orders);
  if (title === "" && event.start === null) return null;
  const address = cells.get("link") ?? row.find((cell) => /^https?:\/\//i.test(cell)) ?? "";
  const link = /^https?:\/\//i.test(address) || /^\.{0,2}\//.test(address) ? (URL.parse(address, base === "" ? undefined : base)?.href ?? "") : "";
  const shown = new Set([columns.get("title"), columns.get("link"), columns.get("id"), columns.get("text")]);
  const details = headers.flatMap((header, place) => {
    const cell = (row[place] ?? "").trim();
    return cell === "" || header === "" || shown.has(place) ? [] : [`${header}: ${cell}`];
  });
  const summary = readText([cells.get("text") ?? "", ...details].filter((part) => part !== "").join("\n"), "plain", TEXT_LIMIT);
  return { id: cells.get("id") ?? "", title, link, publishedAt: null, updatedAt: null, summary, content: "", language: "", event };
}

/** `url`: where it was read, to resolve links; "" when it is not known. */
export function readTable(text: string, url = ""): SourceDocument | DocumentError {
  const layout = layoutOf(text);
  if (layout === undefined) return { error: "not_a_feed" };
  const known = new Map<Column, NumberOrder>();
  const orders: Orders = (column) => {
    const order = known.get(column) ?? numberOrder(layout.body.map((row) => row[layout.columns.get(column) ?? -1] ?? ""));
    known.set(column, order);
    return order;
  };
  const items = layout.body.flatMap((row) => itemOf(row, layout, orders, url) ?? []);
  const head = { format: "table" as const, title: readLine(layout.title, "plain", TITLE_LIMIT), link: "", id: "", summary: "", updatedAt: null, language: "" };
  return { head, items };
}
