export { StoreFileError, type StoreFileCode } from "./errors.ts";
export { pruneRecords, type PruneRequest } from "./prune.ts";
export { pruneInboundSessions, type InboundSessionRequest } from "./prune-crypto.ts";
export { openIndexedDB, type KeptIndexedDB, type StoreOptions } from "./store.ts";
