import { IDBKeyRange, indexedDB } from "fake-indexeddb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKey, encodeKey, encodeRange } from "../keys.ts";

const leaf = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.date({ noInvalidDate: true }),
  fc.string({ unit: "binary", maxLength: 6 }),
  // Any UTF-16 unit, half pairs and the edges of the encoding among them.
  fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x7e, 0x7f, 0x80, 0x407e, 0x407f, 0xd800, 0xffff)), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => Uint8Array.from(bytes).buffer),
);
const key = fc.letrec<{ key: IDBValidKey }>((tie) => ({
  key: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("key"), { maxLength: 3 })),
})).key;
const SETTINGS = { seed: 20261121, numRuns: 3000 };

describe("an encoded key", () => {
  it("sorts as IndexedDB sorts the key", () => {
    fc.assert(
      fc.property(key, key, (one, two) => Math.sign(Buffer.compare(encodeKey(one), encodeKey(two))) === indexedDB.cmp(one, two)),
      SETTINGS,
    );
  });

  it("can be read back", () => {
    fc.assert(
      fc.property(key, (one) => indexedDB.cmp(decodeKey(encodeKey(one)), one) === 0),
      SETTINGS,
    );
  });

  it("takes a view of bytes as the bytes it shows", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    expect(decodeKey(encodeKey(bytes.subarray(1, 3)))).toEqual(Uint8Array.of(2, 3).buffer);
    expect(decodeKey(encodeKey(new DataView(bytes.buffer, 2)))).toEqual(Uint8Array.of(3, 4).buffer);
  });

  it("is refused for what IndexedDB refuses as a key", () => {
    for (const bad of [Number.NaN, undefined, null, true, {}, new Date(Number.NaN), [1, {}]]) {
      expect(() => encodeKey(bad)).toThrowError(expect.objectContaining({ name: "DataError" }));
    }
  });
});

describe("an encoded range", () => {
  it("holds exactly the keys the range holds", () => {
    const range = fc.oneof(
      fc.tuple(key, key, fc.boolean(), fc.boolean()).map(([one, two, lowerOpen, upperOpen]) => {
        const order = indexedDB.cmp(one, two);
        if (order === 0) return IDBKeyRange.only(one);
        return order < 0 ? IDBKeyRange.bound(one, two, lowerOpen, upperOpen) : IDBKeyRange.bound(two, one, lowerOpen, upperOpen);
      }),
      fc.tuple(key, fc.boolean()).map(([one, open]) => IDBKeyRange.lowerBound(one, open)),
      fc.tuple(key, fc.boolean()).map(([one, open]) => IDBKeyRange.upperBound(one, open)),
    );
    fc.assert(
      fc.property(range, key, (within, one) => {
        // The edges themselves are what an off-by-one would get wrong.
        for (const probe of [one, within.lower, within.upper]) {
          if (probe === undefined) continue;
          const { from, until } = encodeRange(within);
          const encoded = encodeKey(probe);
          const inside = Buffer.compare(encoded, from) >= 0 && Buffer.compare(encoded, until) < 0;
          expect(inside).toBe(within.includes(probe));
        }
      }),
      SETTINGS,
    );
  });
});
