import { mkdtemp, readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { pseudonym, readActorKey } from "../../adapters/node/machine.ts";

const folder = () => mkdtemp(path.join(tmpdir(), "clarion-key-"));

describe("the key of pseudonyms", () => {
  it("is made once, whole, and only for us to read", async () => {
    const here = await folder();
    const key = await readActorKey(here);
    expect(key.length).toBeGreaterThanOrEqual(32);
    expect(await readActorKey(here)).toBe(key);
    expect((await stat(path.join(here, "actor.key"))).mode & 0o777).toBe(0o600);
    expect(await readdir(here)).toEqual(["actor.key"]);
  });

  it("is the same for all when several start at once", async () => {
    const here = await folder();
    const keys = await Promise.all(Array.from({ length: 20 }, () => readActorKey(here)));
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(here)).toEqual(["actor.key"]);
  });

  it("is refused when it is empty, rather than giving everyone the same pseudonym everywhere", async () => {
    const here = await folder();
    await writeFile(path.join(here, "actor.key"), "");
    await expect(readActorKey(here)).rejects.toThrow(/damaged/);
  });

  it("gives one person another pseudonym on another chat, and under another key", () => {
    const names = [pseudonym("k".repeat(32), "slack", "U1"), pseudonym("k".repeat(32), "matrix", "U1"), pseudonym("l".repeat(32), "slack", "U1")];
    expect(new Set(names).size).toBe(3);
    expect(names.join()).not.toContain("U1");
  });
});
