/** What the program and its reading threads say to each other. */
import type { ReadRequest, ReadResult, ReadSource, TextRequest, TextResult, UnderstandText } from "../../src/sources/document.ts";

/** What the module that a thread loads exports. */
export type Reader = { readHere: ReadSource; understandHere: UnderstandText };
export type ToThread = { ask: "read"; request: ReadRequest } | { ask: "understand"; request: TextRequest };
export type Result = ReadResult | TextResult;
/** `fault`: where the reader threw, which it should not. */
export type FromThread = { is: "ready" } | { is: "read"; result: Result; fault: string | null };
