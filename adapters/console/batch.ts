/** Verbs that take JSON lines and give one JSON line for each, in their order. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";

export type Batch<T> = {
  line: z.ZodType<T>;
  answer(asked: T): object | Promise<object>;
  /** The lines have ids of their own, which every answer carries: null where it cannot be read. */
  named: boolean;
};

/** As a line may give it, and as every answer gives it back: null when it is missing or of another kind. */
export const lineId = z.union([z.string(), z.number(), z.null()]).default(null).catch(null);
const namedLine = z.object({ id: lineId });

/** A line that cannot be read is answered by what is wrong with it. */
export async function answerLine<T>(text: string, { line, answer, named: isNamed }: Batch<T>): Promise<object> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ...(isNamed ? { id: null } : {}), error: "not JSON" };
  }
  const read = line.safeParse(value);
  if (read.success) return answer(read.data);
  const error = read.error.issues.map((issue) => `${issue.path.join(".") || "line"}: ${issue.message}`).join("; ");
  return { ...(isNamed ? { id: namedLine.safeParse(value).data?.id ?? null } : {}), error };
}

/** A blank line is passed over. */
export async function answerBatch<T>(input: Readable, batch: Batch<T>, write: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    if (text.trim() !== "") write(`${JSON.stringify(await answerLine(text, batch))}\n`);
  }
}
