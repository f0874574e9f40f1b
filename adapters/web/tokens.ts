/**
 * Form tokens: proof that a form was drawn by this server, and the key that makes one submission count once. Another site can
 * make a browser send a form here, but it cannot read a page from here, so it never holds a token.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Chance } from "../../src/ports.ts";

export interface Tokens {
  /** A fresh token, for one form. */
  issue(): string;
  /** Whether this server issued it. */
  accepts(token: string): boolean;
  /**
   * The inbound key of one submission. What was typed is part of it, so that a form that is sent again with other words is
   * another act; it is hashed with the secret, because nothing a person types is kept.
   */
  keyOf(token: string, ...typed: readonly string[]): string;
}

/** Tokens stay good for as long as the secret stays the same. */
export function createTokens(secret: string, chance: Chance): Tokens {
  const sign = (...parts: readonly string[]): string => createHmac("sha256", secret).update(JSON.stringify(parts)).digest("base64url");
  return {
    issue() {
      const nonce = chance.id();
      return `${nonce}.${sign("form", nonce)}`;
    },
    accepts(token) {
      const cut = token.indexOf(".");
      if (cut < 1 || token.length > 200) return false;
      const given = Buffer.from(token.slice(cut + 1));
      const right = Buffer.from(sign("form", token.slice(0, cut)));
      return given.length === right.length && timingSafeEqual(given, right);
    },
    keyOf: (token, ...typed) => `web:${sign("key", token, ...typed)}`,
  };
}
