import { choice } from "../src/arguments/choice.ts";
import { network } from "../src/arguments/network.ts";
import { secretCode } from "../src/arguments/secret-code.ts";
import { defineCommand, optional, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { listText } from "../src/i18n.ts";
import { sentence } from "../src/message.ts";
import { EVERYWHERE, ROLES, acceptRole, dropRoles, offerRole, revokeRole } from "../src/rights.ts";

const roleName = choice("role", ROLES, (value) => `role.${value}`);

export const roleShow = defineCommand({
  name: "role",
  personal: true,
  arguments: {},
  who: "anyone",
  effect: "look",
  async run({ say, roles }) {
    const named = ROLES.filter((role) => roles.includes(role)).map((role) => say(`role.${role}`));
    const text = named.length === 0 ? say("role.none") : say("role.yours", { roles: listText(named, say) });
    return { to: "asker", show: sentence(text, say.language) };
  },
});

/** Makes a one-use code; the person who should have the role types it in any chat. No platform id is asked for or kept. */
export const roleCode = defineCommand({
  name: "role code",
  personal: true,
  arguments: { role: required(roleName), network: optional(network) },
  who: "operator",
  effect: "change",
  async run({ db, say, chance, fingerprint, now }, values) {
    if (values.role === "operator" && values.network !== undefined) throw new UserError("argument_extra", { command: "role code" });
    const code = chance.id();
    await offerRole(db, fingerprint(code), values.role, values.network ?? EVERYWHERE, now);
    const message = sentence(say("role.code", { role: say(`role.${values.role}`) }), say.language);
    message.blocks.push({ text: [{ code: `/role use ${code}` }] }, { text: [say("role.code.once")] });
    return { to: "asker", show: message };
  },
});

export const roleUse = defineCommand({
  name: "role use",
  personal: true,
  arguments: { code: required(secretCode) },
  who: "anyone",
  effect: "change",
  async run({ db, say, actor, fingerprint, now }, values) {
    const { role } = await acceptRole(db, fingerprint(values.code), actor, now);
    return { to: "asker", show: sentence(say("role.accepted", { role: say(`role.${role}`) }), say.language) };
  },
});

export const roleDrop = defineCommand({
  name: "role drop",
  takesBack: true,
  personal: true,
  arguments: {},
  who: "anyone",
  effect: "change",
  async run({ db, say, actor }) {
    const count = await dropRoles(db, actor);
    return { to: "asker", show: sentence(say("role.dropped", { count }), say.language) };
  },
});

/** Takes a role from everyone who holds it there: there is no list of people to choose one from. */
export const roleRevoke = defineCommand({
  name: "role revoke",
  arguments: { role: required(roleName), network: optional(network) },
  who: "operator",
  effect: "change",
  targets: (values) => [values.role, values.network ?? "all"],
  async run({ db, say }, values) {
    const count = await revokeRole(db, values.role, values.network ?? EVERYWHERE);
    return { to: "asker", show: sentence(say("role.revoked", { count, role: say(`role.${values.role}`) }), say.language) };
  },
});
