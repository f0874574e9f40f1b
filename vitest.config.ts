import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The store of keys is a package to be, with its tests beside it.
    include: ["tests/**/*.test.ts", "adapters/matrix/indexeddb/tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // By itself vitest leaves one core free, which on a machine of two is half of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
