/** What can be wrong with the file, as a code a program can act on and a sentence a person can. */
export type StoreFileCode = "in_use" | "not_a_store" | "newer_format" | "damaged" | "disk_unfit" | "stopped";

export class StoreFileError extends Error {
  readonly code: StoreFileCode;

  constructor(code: StoreFileCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreFileError";
    this.code = code;
  }
}

/** The error IndexedDB itself would throw here. */
export function invalidState(message: string): DOMException {
  return new DOMException(message, "InvalidStateError");
}

const DAMAGED = ["SQLITE_CORRUPT", "SQLITE_NOTADB"];

/** Gives SQLite's own error a code of ours where it has a known cause, and returns any other as it is. */
export function explainSqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  const code = error.code;
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new StoreFileError("in_use", `${file} is in use by another process. Only one may have it open.`, { cause: error });
  }
  if (DAMAGED.some((damaged) => code.startsWith(damaged))) {
    return new StoreFileError("damaged", `${file} is damaged or no SQLite file. It was left as it is.`, { cause: error });
  }
  return error;
}
