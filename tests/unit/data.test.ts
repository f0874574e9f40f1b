import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readShipped } from "../../adapters/data/read.ts";
import { createDirectory, TOPICS } from "../../src/directory.ts";
import { LANGUAGES } from "../../src/message.ts";
import { isZone } from "../../src/time.ts";

const { shipped, directorySources } = readShipped("data");
const directory = createDirectory(directorySources);
const bodies = new Set(directory.bodies.map((body) => body.key));
const networks = new Set(shipped.networks.map((network) => network.id));

describe("the shipped files", () => {
  test("are read whole, with both cycles of the UPR", () => {
    expect(shipped.sessions).toHaveLength(141);
    expect(shipped.rules).toHaveLength(65);
    expect(shipped.upr).toHaveLength(193 + 42);
    expect(shipped.checkedOn).toBe("2026-11-20");
    expect(directory.countries).toHaveLength(195);
  });

  test("name no body that bodies.csv does not have", () => {
    for (const { mechanism } of [...shipped.sessions, ...shipped.rules]) expect(bodies).toContain(mechanism);
    for (const { key } of directorySources.calendarKeys) expect(bodies).toContain(key);
  });

  test("give every body a zone that exists, known topics, and an https page or none", () => {
    for (const { key, zone, topics, page } of directory.bodies) {
      expect([key, isZone(zone)]).toEqual([key, true]);
      expect(topics.length).toBeGreaterThan(0);
      for (const topic of topics) expect(TOPICS).toContain(topic);
      expect(page).toMatch(/^(https:\/\/.*)?$/);
    }
  });

  test("take every page of a body from a file that names its source", () => {
    const sources = ["deadline-rules.csv", "mechanisms.csv", "sessions.csv"].map((file) => readFileSync(join("data", file), "utf8")).join("\n");
    for (const { key, page } of directory.bodies) expect([key, sources.includes(page)]).toEqual([key, true]);
  });

  test("give every network a language, a zone, a working week, an unguessed standing and a filter of known words", () => {
    expect([...networks].toSorted()).toEqual(["africanpud", "anpud", "coordination", "enpud", "euronpud", "inwud", "lanpud", "menanpud", "nanpud", "oceania"]);
    for (const network of shipped.networks) {
      expect(LANGUAGES).toContain(network.language);
      expect(isZone(network.zone)).toBe(true);
      expect(network.working_week).toMatch(/^[1-7](,[1-7])*$/);
      expect(network.standing).toBe("unknown");
      for (const part of network.follow.split(" ")) {
        if (part === "all") continue;
        if (part.startsWith("country:")) expect(networks).toContain(part.slice("country:".length));
        else for (const key of part.split(",")) expect(bodies).toContain(key);
      }
    }
  });

  test("keep the reviews of single States out of the women's network, which has no countries", () => {
    const follow = shipped.networks.find((network) => network.id === "inwud")?.follow ?? "";
    expect(follow.split(",")).not.toContain("upr");
    expect(shipped.networkCountries.some((row) => row.network === "inwud")).toBe(false);
  });

  test("put every country into a network, and unclear ones into two", () => {
    for (const { iso3, networks: of } of directory.countries) {
      expect([iso3, of.length >= 1 && of.length <= 2]).toEqual([iso3, true]);
      for (const network of of) expect(networks).toContain(network);
    }
    expect(directory.country("EST")?.networks.toSorted()).toEqual(["enpud", "euronpud"]);
    expect(directory.country("MEX")?.networks.toSorted()).toEqual(["lanpud", "nanpud"]);
    for (const { network, iso3 } of shipped.networkCountries) expect([network, directory.country(iso3)?.iso3]).toEqual([network, iso3]);
  });

  test("class everyone who may act", () => {
    expect(directory.rule("hrc-written-statement")?.whoMay).toBe("ecosoc");
    expect(directory.rule("upr-stakeholder-submission")?.whoMay).toBe("anyone");
    expect(directory.rule("achpr-oral-statement")?.whoMay).toBe("observer");
    expect(directory.rule("who-attend-and-speak-at-eb-and-wha")?.whoMay).toBe("relations");
    expect(directory.rule("ecthr-application")?.whoMay).toBe("person");
  });

  test("give each rule its first https link or none", () => {
    expect(directory.rule("hrc-written-statement")?.link).toBe("https://muhaz.org/human-rights-council-submitting-an-ngo-written-statement.html");
    for (const { link } of directory.rules) expect(link).toMatch(/^(https:\/\/\S+)?$/);
  });

  test("name a programme and its countries", () => {
    expect(directory.programme("love-alliance")).toMatchObject({ name: "Love Alliance" });
    expect(directory.programme("love-alliance")?.countries).toHaveLength(10);
  });
});

describe("a file that is not as it should be", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "clarion-data-"));
    cpSync("data", folder, { recursive: true, mode: 0 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function change(file: string, from: string | RegExp, to: string): void {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    rmSync(path);
    writeFileSync(path, changed);
  }

  test("is named with its line and column", () => {
    change("countries.csv", "AGO,AO,", "AGO,A,");
    expect(() => readShipped(folder)).toThrow(/countries\.csv, line 3: iso2/);
  });
  test("is named when a row has too many cells", () => {
    change("networks.csv", "nanpud,NANPUD", "nanpud,extra,NANPUD");
    expect(() => readShipped(folder)).toThrow(/networks\.csv: .*line 7/);
  });
  test("is named when a column is missing", () => {
    change("sessions.csv", "id,mechanism", "id,body");
    expect(() => readShipped(folder)).toThrow(/sessions\.csv, line 2: mechanism/);
  });
  test("is named when nobody has said who may act", () => {
    change("who-may.csv", "requesters,anyone\n", "");
    expect(() => readShipped(folder)).toThrow(/iachr-answer-to-hearing-requests/);
  });
});
