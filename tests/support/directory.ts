/** The shipped directory, and a filter that follows everything. */
import path from "node:path";
import { readShipped } from "../../adapters/data/read.ts";
import { createDirectory } from "../../src/directory.ts";

const files = readShipped(path.join(import.meta.dirname, "../../data"));
export const directory = createDirectory(files.directorySources);

export const NO_FOLLOW = { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] };
