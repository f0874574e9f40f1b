/** What a template of `hono/html` gives: it escapes every value that is not itself one. */
import { html } from "hono/html";

export type Html = ReturnType<typeof html>;
export { html };

export const NOTHING: Html = html``;
