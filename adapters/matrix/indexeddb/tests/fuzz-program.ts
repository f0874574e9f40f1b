/** Random programs for IndexedDB, and how one is run: the same program on two factories must tell the same story. */
import { IDBKeyRange } from "fake-indexeddb";
import fc from "fast-check";

export type Query = { only: IDBValidKey } | { lower?: IDBValidKey; upper?: IDBValidKey; lowerOpen: boolean; upperOpen: boolean };
export type Step =
  | { do: "put" | "add"; value: unknown; key: IDBValidKey }
  | { do: "delete" | "get" | "getAll" | "count" | "getAllKeys"; query: Query }
  | { do: "clear" }
  | { do: "walk"; index: string | undefined; direction: IDBCursorDirection; stride: number; change: "update" | "delete" | "none"; value: unknown };
export type Work = { store: string; steps: Step[]; forgiving: boolean; end: "complete" | "abort" | "commit" };
export type Upgrade =
  | { do: "create"; store: string; kind: number }
  | { do: "delete"; store: string }
  | { do: "rename"; store: string; to: string }
  | { do: "createIndex"; store: string; index: string; kind: number }
  | { do: "deleteIndex"; store: string; index: string }
  | { do: "renameIndex"; store: string; index: string; to: string }
  | { do: "fill"; store: string; value: unknown; key: IDBValidKey };
export type Chapter = { do: "work"; together: Work[]; held: boolean } | { do: "upgrade"; changes: Upgrade[]; abort: boolean } | { do: "reopen" } | { do: "drop" };

export const STORE_KINDS: IDBObjectStoreParameters[] = [
  {},
  { keyPath: "id" },
  { autoIncrement: true },
  { keyPath: "deep.id", autoIncrement: true },
  { keyPath: ["id", "group"] },
];
export const INDEX_KINDS: { keyPath: string | string[]; options: IDBIndexParameters }[] = [
  { keyPath: "group", options: {} },
  { keyPath: "rank", options: { unique: true } },
  { keyPath: "tags", options: { multiEntry: true } },
  { keyPath: ["group", "rank"], options: {} },
  { keyPath: "tags", options: { multiEntry: true, unique: true } },
];
const STORES = ["alpha", "beta", "gamma", "delta", "\u00e9psilon"];
const INDEXES = ["by one", "by two", "by three"];

// Few, so that they meet often.
const key: fc.Arbitrary<IDBValidKey> = fc.constantFrom<IDBValidKey[]>(
  1, 2, -1.5, Number.NEGATIVE_INFINITY, "", "a", "\ud800", "ключ", new Date(0), new Date(86_400_000), Uint8Array.of(0, 255).buffer, [], ["a", [new Date(0)]],
);
const simple = fc.oneof(key, fc.constantFrom(undefined, null, true, Number.NaN, "z", {}));
const payload = fc.oneof(
  fc.constantFrom<unknown[]>(undefined, null, -0, 12n, /x/giu, new Map([[{ a: 1 }, new Set([1])]]), new Date(5), new Float32Array([1.5]), new RangeError("kept").name),
  fc.anything({ withMap: true, withSet: true, withTypedArray: true, withDate: true, withBigInt: true, withSparseArray: true, maxDepth: 2 }),
);
const value = fc.oneof(
  { weight: 8, arbitrary: fc.record({ id: simple, group: simple, rank: simple, tags: fc.oneof(simple, fc.array(simple, { maxLength: 3 })), payload }, { requiredKeys: [], noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown[]>("text", 7, null, { deep: "no object" }, { deep: { id: "given" } }) },
);
const query: fc.Arbitrary<Query> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ only: key }) },
  {
    weight: 3,
    arbitrary: fc.record({ lower: key, upper: key, lowerOpen: fc.boolean(), upperOpen: fc.boolean() }, { requiredKeys: ["lowerOpen", "upperOpen"] }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("put" as const, "put" as const, "add" as const), value, key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), query }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("get" as const, "getAll" as const, "count" as const, "getAllKeys" as const), query }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "clear" }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("walk" as const),
      index: fc.option(fc.constantFrom(...INDEXES), { nil: undefined }),
      direction: fc.constantFrom<IDBCursorDirection[]>("next", "prev", "nextunique", "prevunique"),
      stride: fc.integer({ min: 1, max: 3 }),
      change: fc.constantFrom("update" as const, "delete" as const, "none" as const),
      value: fc.record({ group: simple, rank: simple, tags: fc.array(simple, { maxLength: 2 }) }, { requiredKeys: [], noNullPrototype: true }),
    }),
  },
);
const store = fc.constantFrom(...STORES);
const work = fc.record({
  store,
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  forgiving: fc.boolean(),
  end: fc.constantFrom<Work["end"][]>("complete", "complete", "complete", "abort", "commit"),
});
const index = fc.constantFrom(...INDEXES);
const change: fc.Arbitrary<Upgrade> = fc.oneof(
  fc.record({ do: fc.constant("create" as const), store, kind: fc.nat(STORE_KINDS.length - 1) }),
  fc.record({ do: fc.constant("delete" as const), store }),
  fc.record({ do: fc.constant("rename" as const), store, to: store }),
  fc.record({ do: fc.constant("createIndex" as const), store, index, kind: fc.nat(INDEX_KINDS.length - 1) }),
  fc.record({ do: fc.constant("deleteIndex" as const), store, index }),
  fc.record({ do: fc.constant("renameIndex" as const), store, index, to: index }),
  fc.record({ do: fc.constant("fill" as const), store, value, key }),
);
/** Every program begins with stores of each kind, so that the work has something to work on. */
const opening: Chapter = {
  do: "upgrade",
  abort: false,
  changes: STORE_KINDS.flatMap((_, kind): Upgrade[] => [
    { do: "create", store: STORES[kind] ?? "alpha", kind },
    { do: "createIndex", store: STORES[kind] ?? "alpha", index: "by one", kind },
    { do: "createIndex", store: STORES[kind] ?? "alpha", index: "by two", kind: (kind + 2) % INDEX_KINDS.length },
  ]),
};
const chapter: fc.Arbitrary<Chapter> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ do: fc.constant("work" as const), together: fc.array(work, { minLength: 1, maxLength: 3 }), held: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("upgrade" as const), changes: fc.array(change, { minLength: 1, maxLength: 5 }), abort: fc.boolean() }) },
  { weight: 4, arbitrary: fc.constant<Chapter>({ do: "reopen" }) },
  { weight: 1, arbitrary: fc.constant<Chapter>({ do: "drop" }) },
);
export const program: fc.Arbitrary<Chapter[]> = fc.array(chapter, { minLength: 5, maxLength: 20 }).map((chapters) => [opening, ...chapters]);

export function toRange(query: Query): IDBValidKey | IDBKeyRange {
  if ("only" in query) return query.only;
  const { lower, upper, lowerOpen, upperOpen } = query;
  if (lower !== undefined && upper !== undefined) return IDBKeyRange.bound(lower, upper, lowerOpen, upperOpen);
  if (lower !== undefined) return IDBKeyRange.lowerBound(lower, lowerOpen);
  return IDBKeyRange.upperBound(upper ?? [[[]]], upperOpen);
}
