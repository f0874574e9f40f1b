/**
 * Which addresses Clarion may call. A feed's address comes from people and from other sites' redirects, so it must not reach into
 * the network Clarion runs in. The check is made twice: on addresses written as numbers, and inside the connection's own name look-up, so
 * that a name cannot answer differently between the check and the call.
 */
import { type LookupAddress, lookup as lookUpName } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Ranges that an operator may open. Link-local stays shut: cloud machines keep their secrets there. */
const OPENABLE = new Set<string>(["private", "loopback", "uniqueLocal", "carrierGradeNat"]);
const PORTS = new Set(["", "80", "443"]);
/** Ends of names that mean something inside a network only. */
const INSIDE = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)\.?$/i;

/** All addresses of a name. */
export type Resolve = (name: string, options: { family?: number; hints?: number }, callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void) => void;
const askSystem: Resolve = (name, options, callback) => lookUpName(name, { ...options, all: true }, callback);

/** Thrown instead of a connection; `fetch.ts` answers `refused`. */
export class AddressRefused extends Error {
  constructor() {
    super("address refused");
    this.name = "AddressRefused";
  }
}

/** Whether an IP address may be called. IPv4 written inside IPv6 is judged as IPv4. */
export function isAddressAllowed(address: string, privateAllowed: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const range: string = parsed.range();
  // Of IPv6 only 2000::/3 is given out; what lies outside may be a way to write an IPv4 address.
  if (range === "unicast") return !(parsed instanceof ipaddr.IPv6) || ((parsed.parts[0] ?? 0) & 0xe000) === 0x2000;
  return privateAllowed && OPENABLE.has(range);
}

/** Whether a URL may be called at all, as far as it can be told before its name is looked up. */
export function isUrlAllowed(url: URL, privateAllowed: boolean): boolean {
  if (url.protocol !== "http:" && url.protocol !== "https:") return false;
  if (url.username !== "" || url.password !== "" || url.hostname === "") return false;
  if (!privateAllowed && !PORTS.has(url.port)) return false;
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  // `URL` has already turned 2130706433, 0x7f.1 and 0177.0.0.1 into 127.0.0.1.
  return ipaddr.isValid(literal) ? isAddressAllowed(literal, privateAllowed) : privateAllowed || !INSIDE.test(literal);
}

/** A name look-up for `connect` that gives only addresses that may be called: what was checked is what is connected to. */
export function guardedLookup(privateAllowed: boolean, resolve: Resolve = askSystem): LookupFunction {
  return (hostname, options, callback) => {
    const { family, hints } = options;
    const asked = { ...(typeof family === "number" ? { family } : {}), ...(hints === undefined ? {} : { hints }) };
    resolve(hostname, asked, (error, found) => {
      if (error !== null) return callback(error, "");
      const allowed = found.filter(({ address }) => isAddressAllowed(address, privateAllowed));
      const first = allowed[0];
      if (first === undefined) return callback(new AddressRefused(), "");
      if (options.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}
