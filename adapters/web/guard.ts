/**
 * Keeps other sites in the same browser away from the page. Loopback is no fence by itself; every page on the web can send
 * requests to 127.0.0.1, or point its own name at it (DNS rebinding).
 */
import type { Context, MiddlewareHandler } from "hono";

/** The page listens nowhere else. */
export const LOOPBACK = "127.0.0.1";

/** More than a call's text in six languages needs. */
export const BODY_LIMIT = 256 * 1024;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
};

/** On every answer, refusals too. Nothing is kept by the browser unless a route says so. */
export const addSecurityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value);
  if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
};

/** Only requests that name this server as it names itself get further: a rebound name does not. */
export function checkHost(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    if (!ownHosts(port()).includes(context.req.header("host") ?? "")) {
      return context.text("This address is not served here.\n", 421);
    }
    return next();
  };
}

function ownHosts(port: number): string[] {
  return [`${LOOPBACK}:${port}`, `localhost:${port}`];
}

/**
 * What another site may cause is one thing only: opening the page as a link, which reads and changes nothing. Everything else
 * comes from a page of ours. Browsers send `Origin: null` with our forms, because the page allows no referrer; then the fetch
 * metadata must say that they come from here.
 */
export const checkOrigin: MiddlewareHandler = async (context, next) => {
  const reading = context.req.method === "GET" || context.req.method === "HEAD";
  if (reading ? !mayRead(context) : !mayWrite(context)) return context.text("Only this page itself may ask for that.\n", 403);
  return next();
};

function mayRead(context: Context): boolean {
  const site = context.req.header("sec-fetch-site");
  if (site === undefined || site === "same-origin" || site === "none") return true;
  return context.req.header("sec-fetch-mode") === "navigate" && context.req.header("sec-fetch-dest") === "document";
}

function mayWrite(context: Context): boolean {
  const site = context.req.header("sec-fetch-site");
  const origin = context.req.header("origin");
  const ownOrigin = `http://${context.req.header("host") ?? ""}`;
  if (site !== undefined && site !== "same-origin") return false;
  if (origin === undefined || origin === "null") return site === "same-origin";
  return origin === ownOrigin;
}
