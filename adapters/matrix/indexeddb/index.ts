export { StoreFileError, type StoreFileCode } from "./errors.ts";
export { openIndexedDB, type IndexedDBStore, type StoreOptions } from "./store.ts";
