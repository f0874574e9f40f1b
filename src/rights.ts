/**
 * Who may do what. Who is in a room may act for that room; coordinator and operator are the only named roles, kept under keyed hashes.
 * Everything not allowed here is refused. Owns `roles` and `role_codes`.
 */
import { UserError } from "./errors.ts";
import type { Instant } from "./message.ts";
import type { Actor, Database, Role, Writing } from "./ports.ts";
import { isCoordination } from "./rooms/networks.ts";

/** A code is read aloud or copied from a terminal; after this it is of no use. */
export const CODE_USEFUL_MILLISECONDS = 60 * 60_000;
/** In `roles.network`: for every network. */
export const EVERYWHERE = "";

export const ROLES = ["coordinator", "operator"] as const satisfies readonly Role[];

function isRole(text: string): text is Role {
  return text === "coordinator" || text === "operator";
}

/** The roles an actor holds in rooms of `network`: those the chat grants and those kept. */
export async function rolesOf(db: Database, actor: Actor, network: string): Promise<Role[]> {
  const rows = await db
    .selectFrom("roles")
    .select("role")
    .where("actor", "=", actor.id)
    .where("network", "in", [EVERYWHERE, network])
    .execute();
  return [...new Set([...actor.grants, ...rows.map((row) => row.role).filter(isRole)])];
}

/** The one check. An operator may do what a coordinator may. Throws `not_allowed`. */
export function demand(roles: readonly Role[], who: "anyone" | Role): void {
  if (!mayUse(roles, who)) throw new UserError("not_allowed", { role: who });
}

export function mayUse(roles: readonly Role[], who: "anyone" | Role): boolean {
  return who === "anyone" || roles.includes("operator") || roles.includes(who);
}

/** Whether somebody speaks on the page or the terminal of the machine, which vouch for whoever can reach them. */
export function isOnMachine({ grants }: Actor): boolean {
  return grants.includes("operator");
}

/** A coordinator acts for the network of the room; the secretariat's and an operator for every network. Throws `not_allowed`. */
export function demandNetwork({ room, roles }: { room: { network: string }; roles: readonly Role[] }, network: string): void {
  if (network === room.network || isCoordination(room) || roles.includes("operator")) return;
  throw new UserError("not_allowed", { role: "operator" });
}

/** Keeps a one-use code under its fingerprint; the code itself is only ever shown to whoever asked for it. */
export async function offerRole(trx: Writing, hash: string, role: Role, network: string, now: Instant): Promise<void> {
  await trx.deleteFrom("role_codes").where("expires_at", "<=", now).execute();
  await trx.insertInto("role_codes").values({ hash, role, network, expires_at: now + CODE_USEFUL_MILLISECONDS }).execute();
}

/** Uses a code up. Throws `code_wrong` when it is unknown, used or too old. */
export async function acceptRole(trx: Writing, hash: string, actor: Actor, now: Instant): Promise<{ role: Role; network: string }> {
  const code = await trx
    .deleteFrom("role_codes")
    .where("hash", "=", hash)
    .where("expires_at", ">", now)
    .returning(["role", "network"])
    .executeTakeFirst();
  if (code === undefined || !isRole(code.role)) throw new UserError("code_wrong");
  await trx
    .insertInto("roles")
    .values({ actor: actor.id, role: code.role, network: code.network })
    .onConflict((conflict) => conflict.columns(["actor", "role", "network"]).doNothing())
    .execute();
  return { role: code.role, network: code.network };
}

/** Gives up one's own roles. Returns how many there were. */
export async function dropRoles(trx: Writing, actor: Actor): Promise<number> {
  const rows = await trx.deleteFrom("roles").where("actor", "=", actor.id).returning("role").execute();
  return rows.length;
}

/** Takes a role from everyone who holds it for a network: there is no list of people to choose from. */
export async function revokeRole(trx: Writing, role: Role, network: string): Promise<number> {
  const rows = await trx.deleteFrom("roles").where("role", "=", role).where("network", "=", network).returning("role").execute();
  return rows.length;
}
