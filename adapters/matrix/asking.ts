/** Plain questions to a homeserver, for the checks that stand beside a running client and must not take anything from it. */
import { z } from "zod";
import { OperatorError } from "../../src/operator-error.ts";

export type MatrixAnswer = { status: number; body: unknown; /** Of a refusal, such as `M_UNKNOWN_TOKEN`; else empty. */ code: string };
/** `path` begins with `/_`. Throws `OperatorError("matrix_unreachable")` when no answer came that can be used. */
export type Asking = (method: "GET" | "POST" | "PUT", path: string, body?: unknown) => Promise<MatrixAnswer>;

const LONGEST_WAIT_MILLISECONDS = 30_000;
const refusalSchema = z.object({ errcode: z.string().regex(/^[\w.]{1,60}$/) });

export function createAsking(url: string, token?: string): Asking {
  return async (method, path, body) => {
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The token goes to the homeserver that was named, and nowhere else.
        redirect: "error",
        signal: AbortSignal.timeout(LONGEST_WAIT_MILLISECONDS),
      });
      const answer: unknown = await response.json();
      if (response.status >= 500) throw new Error(String(response.status));
      return { status: response.status, body: answer, code: refusalSchema.safeParse(answer).data?.errcode ?? "" };
    } catch (error) {
      throw new OperatorError("matrix_unreachable", { url }, error);
    }
  };
}
