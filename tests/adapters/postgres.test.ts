import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "../../adapters/postgres/store.ts";
import type { Store } from "../../src/ports.ts";
import { describeStore } from "../contract/store.suite.ts";
import { tellNews } from "../support/news.ts";
import type { TestPostgres } from "../support/postgres.ts";

const wanted = process.env["CLARION_TEST_POSTGRES"] === "1";

if (!wanted) {
  describe("the store: PostgreSQL", () => {
    it.skip("runs only with CLARION_TEST_POSTGRES=1, because it starts a database server", () => {});
  });
} else {
  let server: TestPostgres;
  beforeAll(async () => {
    const { startPostgres } = await import("../support/postgres.ts");
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const openNewer = async (): Promise<Store> => {
    const address = await server.createDatabase();
    await (await openPostgresStore(address)).close();
    const client = new pg.Client(address);
    await client.connect();
    await client.query("insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')");
    await client.end();
    return openPostgresStore(address);
  };

  describeStore("PostgreSQL", async () => {
    const address = await server.createDatabase();
    const store = await openPostgresStore(address);
    return {
      store,
      openSecond: () => openPostgresStore(address),
      openNewer,
      busyError: () => Object.assign(new Error("could not serialize access"), { code: "40001" }),
      readsBesideWriter: true,
      dispose: () => store.close(),
    };
  });

  describe("sources on PostgreSQL", () => {
    it("are read, told once, explained and forgotten as on SQLite", async () => {
      const store = await openPostgresStore(await server.createDatabase());
      await tellNews(store);
      await store.close();
    });
  });

  describe("the PostgreSQL schema", () => {
    it("is laid once when five processes open an empty database at the same time", async () => {
      const address = await server.createDatabase();
      const stores = await Promise.all(Array.from({ length: 5 }, () => openPostgresStore(address)));
      const client = new pg.Client(address);
      await client.connect();
      const { rows } = await client.query("select name from kysely_migration");
      const names = rows.map(({ name }: { name: string }) => name);
      expect(names.slice(0, 3)).toEqual(["0001-spine", "0002-rooms-on-chats", "0003-markers"]);
      expect(new Set(names).size).toBe(names.length);
      await client.end();
      await Promise.all(stores.map((store) => store.close()));
    });

    it("keeps instants in 64 bits and compares names by byte", async () => {
      const address = await server.createDatabase();
      await (await openPostgresStore(address)).close();
      const client = new pg.Client(address);
      await client.connect();
      const { rows } = await client.query(
        "select table_name, column_name, data_type, collation_name from information_schema.columns where table_schema = 'public' and table_name not like 'kysely_%'",
      );
      await client.end();
      expect(rows.length).toBeGreaterThan(150);
      for (const row of rows) expect(row.data_type === "bigint" || (row.data_type === "text" && row.collation_name === "C")).toBe(true);
    });
  });
}
