/** Tables of dates, as people and offices keep them. */
import { describe, expect, it } from "vitest";
import { isTable, readTable } from "../../feeds/table.ts";
import type { DocumentItem } from "../../src/sources/document.ts";

function items(text: string, url = ""): DocumentItem[] {
  const table = readTable(text, url);
  return "error" in table ? [] : table.items;
}
function starts(text: string): unknown[] {
  return items(text).map(({ event }) => event?.start);
}

describe("a table of dates", () => {
  it("is read by its headers, with the last day that it names", () => {
    const text = "Ref,Meeting,Start date,End date,Link\nCND70,Commission on Narcotic Drugs,2027-03-08,2027-03-12,https://example.org/cnd\n";
    expect(items(text)).toMatchObject([
      { id: "CND70", title: "Commission on Narcotic Drugs", link: "https://example.org/cnd", event: { start: "2027-03-08", end: "2027-03-13", lastDay: "2027-03-12", status: "confirmed" } },
    ]);
  });

  it.each([
    ["English", "Title;Deadline;Website"],
    ["French", "Intitulé;Date limite;Lien"],
    ["Spanish", "Título;Fecha límite;Enlace"],
    ["Russian", "Название;Срок подачи;Ссылка"],
    ["Portuguese", "Título;Prazo;Ligação"],
    ["Arabic", "العنوان;الموعد النهائي;الرابط"],
  ])("is read with %s headers, and says what the date is for", (_, header) => {
    const deadline = header.split(";")[1];
    expect(items(`${header}\nCall for input;12/03/2027;https://example.org/call\n`)).toMatchObject([
      { title: "Call for input", link: "https://example.org/call", summary: `${deadline}: 12/03/2027`, event: { start: "2027-03-12", lastDay: "2027-03-12" } },
    ]);
  });

  it.each([
    ["2027-03-12", "2027-03-12"],
    ["2027/3/12", "2027-03-12"],
    ["12/03/2027", "2027-03-12"],
    ["12.03.27", "2027-03-12"],
    ["12 March 2027", "2027-03-12"],
    ["Friday, March 12th, 2027", "2027-03-12"],
    ["12-Mar-27", "2027-03-12"],
    ["1er mars 2027", "2027-03-01"],
    ["12 de marzo de 2027", "2027-03-12"],
    ["12 março 2027", "2027-03-12"],
    ["12 марта 2027 г.", "2027-03-12"],
    ["١٢ مارس ٢٠٢٧", "2027-03-12"],
    ["12 آذار 2027", "2027-03-12"],
    ["46458", "2027-03-12"],
    ["soon", null],
    ["31/02/2027", null],
  ])("reads %s", (cell, day) => {
    expect(starts(`title\tdate\nA\t${cell}\nB\t2027-05-01\n`)).toEqual([day, "2027-05-01"]);
  });

  it("puts the month first only where a column shows that it stands first", () => {
    expect(starts("title,date\nA,03/04/2027\nB,05/06/2027\n")).toEqual(["2027-04-03", "2027-06-05"]);
    expect(starts("title,date\nA,03/04/2027\nB,03/25/2027\n")).toEqual(["2027-03-04", "2027-03-25"]);
  });

  it("reads two days in one cell", () => {
    expect(items("title,dates\nA,12–14 March 2027\nB,01/03/2027 - 05/03/2027\n").map(({ event }) => [event?.start, event?.lastDay])).toEqual([
      ["2027-03-12", "2027-03-14"], ["2027-03-01", "2027-03-05"],
    ]);
  });

  it("makes a moment only of a time whose zone is known", () => {
    const text = "title,date,time,time zone\nA,2027-03-12,18:00,Europe/Zurich\nB,2027-03-12,6 pm,\nC,2027-03-12T18:00:00Z,,\nD,2027-03-12T18:00+03:00,,\n";
    expect(starts(text)).toEqual([Date.UTC(2027, 2, 12, 17), "2027-03-12", Date.UTC(2027, 2, 12, 18), Date.UTC(2027, 2, 12, 15)]);
    expect(items(text)[1]?.summary).toContain("time: 6 pm");
  });

  it("finds its headers under a title, and does without any", () => {
    expect(items("Deadlines of 2027,,\n,,\nTitle,Deadline,Notes\nA,2027-03-12,x\n")).toMatchObject([{ title: "A", event: { start: "2027-03-12" } }]);
    expect(items("2027-03-12,First meeting,https://example.org/1\n2027-04-12,Second meeting,https://example.org/2\n")).toMatchObject([
      { title: "First meeting", link: "https://example.org/1", event: { start: "2027-03-12" } }, { title: "Second meeting" },
    ]);
  });

  it("loses only a row that is broken", () => {
    const text = 'title,date,text\n"A, with a comma",2027-03-12,"two\nlines"\n"B never closed,2027-03-13,x\nC,2027-03-14,"say ""hello"""\nD\n,,\nE,no date,\n';
    expect(items(text).map(({ title, event }) => [title, event?.start])).toEqual([
      ["A, with a comma", "2027-03-12"], ["B never closed", "2027-03-13"], ["C", "2027-03-14"], ["D", null], ["E", null],
    ]);
  });

  it("says that a row is cancelled", () => {
    expect(items("titre;date;statut\nA;12/03/2027;Annulée\nB;12/03/2027;à confirmer\n").map(({ event }) => event?.status)).toEqual(["cancelled", "tentative"]);
  });

  it("is not every text with commas", () => {
    expect(["<html>a,b\n1,2</html>", "Dear all, please come.\nWe meet, as ever, on 2027-03-12.\n", "{\"a\": [1,2]}", "", "a,b\n1,2\n"].map(isTable)).toEqual([false, false, false, false, false]);
    expect(isTable("title,deadline\nA,2027-03-12\n")).toBe(true);
  });
});
