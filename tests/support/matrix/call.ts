/** Plain requests to a homeserver, for what no client offers and to look at the server from outside. */
import { z } from "zod";

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface CallOptions {
  token?: string;
  body?: unknown;
}

const jsonObject = z.record(z.string(), z.unknown());

/** `path` begins with `/_`. Rejects only when no answer came at all. */
export async function callServer(url: string, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }) },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  return { status: answer.status, body: jsonObject.parse(await answer.json()) };
}

/** The same, for calls that must succeed. */
export async function askServer<T>(shape: z.ZodType<T>, url: string, method: string, path: string, options: CallOptions = {}): Promise<T> {
  const { status, body } = await callServer(url, method, path, options);
  if (status !== 200) throw new Error(`${method} ${path} was answered ${status} ${JSON.stringify(body)}`);
  return shape.parse(body);
}
