/**
 * Kysely's SQLite dialect with a driver of our own: statements are prepared once per SQL text (as shipped, Kysely prepares each
 * query again, five times the cost of a look-up), transactions begin IMMEDIATE, and a reading connection cannot write.
 */
import type Sqlite from "better-sqlite3";
import {
  CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Schema } from "../../src/store/schema.ts";
import { breathe } from "../node/breath.ts";

/** More texts than the program has queries; lists of differing length could otherwise grow the cache for ever. */
const CACHED_STATEMENTS = 1_000;

type Prepared = { statement: Sqlite.Statement; returnsRows: boolean };

export type Access = {
  database: Sqlite.Database;
  /** A reading access refuses every statement that could change something, and transactions. */
  mode: "reading" | "writing";
  /** Called before each query; may throw. */
  before?: () => void;
  /** Wraps each query that is not part of a transaction, to give it its turn. */
  around?: <T>(work: () => Promise<T>) => Promise<T>;
  /** For a statement that failed: runs it again, or throws. Only for reading: a writer must run its whole transaction again. */
  again?: <T>(error: unknown, work: () => T) => Promise<T>;
};

class Connection implements DatabaseConnection {
  readonly #access: Access;
  readonly #prepared = new Map<string, Prepared>();

  constructor(access: Access) {
    this.#access = access;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#access.before?.();
    const pause = breathe();
    if (pause !== undefined) await pause;
    try {
      return this.#run<R>(query);
    } catch (error) {
      if (this.#access.again === undefined) throw error;
      return this.#access.again(error, () => this.#run<R>(query));
    }
  }

  /** The whole result at once: an open cursor would block every other query of this connection. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, returnsRows } = this.#prepared.get(query.sql) ?? this.#prepare(query.sql);
    if (returnsRows) {
      // Kysely has typed the row by the query; SQLite gives back what the query names.
      return { rows: statement.all(query.parameters) as R[] };
    }
    const { changes, lastInsertRowid } = statement.run(query.parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #prepare(text: string): Prepared {
    const statement = this.#access.database.prepare(text);
    if (this.#access.mode === "reading" && !statement.readonly) {
      throw new Error("`store.reading` only reads. Use `store.write`.");
    }
    const prepared = { statement, returnsRows: statement.reader };
    if (this.#prepared.size >= CACHED_STATEMENTS) this.#prepared.clear();
    this.#prepared.set(text, prepared);
    return prepared;
  }
}

/** Gives every query the one connection. */
class SqliteDriver implements Driver, ConnectionProvider {
  readonly #access: Access;
  readonly connection: Connection;

  constructor(access: Access) {
    this.#access = access;
    this.connection = new Connection(access);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.connection;
  }

  async releaseConnection(): Promise<void> {}

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    return this.#access.around === undefined ? consumer(this.connection) : this.#access.around(() => consumer(this.connection));
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#access.mode === "reading") throw new Error("`store.reading` has no transactions: each look-up sees what is committed.");
    // A deferred transaction that reads first fails at once, without waiting, when another process writes in between.
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has already rolled back after some errors (disk full); a second rollback would hide the first error.
    if (this.#access.database.inTransaction) await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  /** The store closes its databases itself, in the right order. */
  async destroy(): Promise<void> {}
}

class Adapter extends SqliteAdapter {
  /** SQLite can undo schema changes, so a migration is one transaction. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Goes to the connection directly: Kysely's way there, made for pools and plugins, takes longer than the look-up itself. */
class DirectExecutor extends DefaultQueryExecutor {
  readonly #access: Access;
  readonly #driver: SqliteDriver;

  constructor(compiler: SqliteQueryCompiler, adapter: Adapter, driver: SqliteDriver, access: Access) {
    super(compiler, adapter, driver);
    this.#access = access;
    this.#driver = driver;
  }

  override executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#access.around !== undefined) return this.#access.around(() => this.#driver.connection.executeQuery<R>(query));
    return this.#driver.connection.executeQuery<R>(query);
  }

  /** Inside a transaction too there is only the one connection. */
  override withConnectionProvider(): DirectExecutor {
    return this;
  }

  /** It has none; as inherited, this would leave the short way. */
  override withoutPlugins(): DirectExecutor {
    return this;
  }
}

export function createKysely(access: Access): Kysely<Schema> {
  const driver = new SqliteDriver(access);
  const compiler = new SqliteQueryCompiler();
  const adapter = new Adapter();
  const dialect: Dialect = {
    createDriver: () => driver,
    createQueryCompiler: () => compiler,
    createAdapter: () => adapter,
    createIntrospector: (database) => new SqliteIntrospector(database),
  };
  return new Kysely<Schema>({ config: { dialect }, dialect, driver, executor: new DirectExecutor(compiler, adapter, driver, access) });
}
