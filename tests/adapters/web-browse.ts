/** Asks a page as a browser would, without a browser. */
import { request as httpRequest } from "node:http";
import type { WebChat } from "../../adapters/web/chat.ts";
import { elementsOf, type Element } from "../support/html.ts";

export type Reply = { status: number; headers: Headers; text: string };

/** What a browser sends with a form of the page itself, which allows no referrer. */
export const OWN_FORM = { origin: "null", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

export async function get(chat: WebChat, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  const address = chat.address();
  const response = await chat.handle(new Request(`${address}${path}`, { headers: { host: new URL(address).host, ...headers } }));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export async function post(
  chat: WebChat,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = OWN_FORM,
): Promise<Reply> {
  const address = chat.address();
  const body = new URLSearchParams(fields).toString();
  const type = "application/x-www-form-urlencoded";
  const request = new Request(`${address}${path}`, { method: "POST", body, headers: { host: new URL(address).host, "content-type": type, ...headers } });
  const response = await chat.handle(request);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The fields of each form of a page, with what stands in them. */
export function formsOf(html: string): { action: string; fields: Record<string, string>; buttons: string[] }[] {
  const forms: { action: string; fields: Record<string, string>; buttons: string[] }[] = [];
  for (const { name, attributes, text } of elementsOf(html)) {
    const form = forms.at(-1);
    if (name === "form") forms.push({ action: attributes["action"] ?? "", fields: {}, buttons: [] });
    else if (form !== undefined && (name === "input" || name === "textarea" || name === "select")) {
      form.fields[attributes["name"] ?? ""] = attributes["value"] ?? (name === "textarea" ? text : "");
    } else if (form !== undefined && name === "button") form.buttons.push(text);
  }
  return forms;
}

/** The composer of a page, filled in with a line. */
export function composed(html: string, line: string): Record<string, string> {
  const composer = formsOf(html).find(({ fields }) => "line" in fields && fields["line"] === "" && !("form" in fields));
  if (composer === undefined) throw new Error("The page has no composer.");
  return { ...composer.fields, line };
}

export function attributeOf(elements: readonly Element[], name: string, attribute: string): string {
  return elements.find((element) => element.name === name)?.attributes[attribute] ?? "";
}

/** One request over a real socket, with any headers at all. */
export function overSocket(
  chat: WebChat,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string; chunked?: boolean },
): Promise<Reply> {
  const { hostname, port } = new URL(chat.address());
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path: options.path, method: options.method ?? "GET", headers: options.headers ?? {}, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("end", () => {
          const headers = new Headers(Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]));
          resolve({ status: response.statusCode ?? 0, headers, text });
        });
      },
    );
    request.on("error", reject);
    if (options.body !== undefined && options.chunked !== true) request.setHeader("content-length", Buffer.byteLength(options.body));
    request.end(options.body);
  });
}

export type Event = { event: string; id: string; data: string };

/** An open line of a page: its events as they come. */
export async function openLine(chat: WebChat, path: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const response = await fetch(`${chat.address()}${path}`, { headers, signal: leaving.signal });
  const events: Event[] = [];
  let ended = false;
  const waiting = new Set<() => void>();
  const reading = (async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) {
      rest += decoder.decode(piece, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const field = (name: string): string => block.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
        if (block.includes("data:")) events.push({ event: field("event"), id: field("id"), data: field("data") });
      }
      for (const wake of waiting) wake();
    }
  })().catch(() => undefined).finally(() => {
    ended = true;
    for (const wake of waiting) wake();
  });
  /** Waits until the events so far satisfy the condition, or the line ends. */
  const until = (condition: (events: readonly Event[]) => boolean): Promise<readonly Event[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition(events) && !ended) return;
        waiting.delete(look);
        resolve(events);
      };
      waiting.add(look);
      look();
    });
  return {
    status: response.status,
    events,
    until,
    posts: () => events.filter(({ event }) => event === "post"),
    isEnded: () => ended,
    ended: () => reading,
    leave: () => leaving.abort(),
  };
}
