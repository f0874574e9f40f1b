/** The settings of Matrix: which account, by which keys, and whose invitations it takes. Checked here; asked of the homeserver by `doctor`. */
import { OperatorError } from "./operator-error.ts";
import { hideSecrets } from "./secrets.ts";
import type { SecretReader } from "./slack-settings.ts";

const LINES = {
  MATRIX_HOMESERVER_URL: "Matrix: address of the homeserver, such as https://matrix.example.org. With it, an account and its password, Matrix is started: docs/matrix.md",
  MATRIX_USER_ID: "Matrix: the account Clarion speaks as, such as @clarion:example.org; one that nobody else uses",
  MATRIX_PASSWORD: "Matrix: its password",
  MATRIX_ACCESS_TOKEN: "Matrix: an access token instead of the password; it belongs to one device",
  MATRIX_DEVICE_ID: "Matrix: the device of that token, such as CLARION1. With a password it may be left out",
  MATRIX_RECOVERY_KEY: "Matrix: the account's recovery key. Default: made once, in a file of the data folder",
  MATRIX_STORE_KEY: "Matrix: what locks the keys on this disk, at least 32 characters. Default: made once, in a file of the data folder",
  MATRIX_ALLOWED_INVITERS: "Matrix: whose invitations are followed, accounts or whole servers: @ana:example.org,example.net. Default: nobody's",
} as const;
type Name = keyof typeof LINES;

/** Also part of the source of `.env.example`: each setting, and the file that can hold it instead. */
export const MATRIX_SETTINGS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(LINES).flatMap(([name, line]) => [[name, line], [`${name}_FILE`, `A file that holds ${name}`]]),
);

/** One account, one device. */
export type MatrixAccount = Readonly<{
  /** Ends without a slash. */
  homeserverUrl: string;
  userId: string;
  /** This, or a token with its device; with both, the token is taken and the password is for logging in again. */
  password?: string;
  accessToken?: string;
  deviceId?: string;
  recoveryKey?: string;
  /** At least 32 characters. */
  storeKey?: string;
  /** Accounts (`@ana:example.org`) and servers (`example.org`). Empty: nobody's invitation is followed. */
  allowedInviters: readonly string[];
}>;

type Kind = "url" | "user" | "password" | "token" | "device" | "recovery" | "store" | "inviters";
/** `setting`: the name it was found under. */
type Found = { value: string; setting: string };

const SHORTEST_STORE_KEY = 32;
/** A server's name as the specification has it, IPv6 in brackets: https://spec.matrix.org/v1.16/appendices/#server-name */
const SERVER = String.raw`(?:[A-Za-z0-9.-]{1,230}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?`;
const USER = new RegExp(`^@[^\\s:,]{1,240}:${SERVER}$`);
const SERVER_ALONE = new RegExp(`^${SERVER}$`);

/** Undefined when nothing of Matrix is set. Throws `OperatorError` that names the setting and what belongs there, and never repeats a key. */
export function readMatrixSettings(given: Readonly<Record<string, string>>, readSecret: SecretReader): MatrixAccount | undefined {
  const find = (name: Name): Found | undefined => {
    const [value, file] = [given[name], given[`${name}_FILE`]];
    if (value !== undefined && file !== undefined) throw new OperatorError("setting_twice", { setting: name });
    // A password may end in a space, but a file ends in a line's end that is not part of it.
    if (file !== undefined) return { setting: `${name}_FILE`, value: readSecret(`${name}_FILE`, file).replace(/(\r?\n)+$/, "") };
    return value === undefined ? undefined : { setting: name, value };
  };
  const read = (name: Name, kind: Kind, isRight: (value: string) => boolean): Found | undefined => {
    const found = find(name);
    if (found === undefined) return undefined;
    const value = kind === "password" ? found.value : found.value.trim();
    if (!isRight(value)) throw new OperatorError("matrix_setting_wrong", { setting: found.setting, kind });
    return { ...found, value };
  };
  const url = read("MATRIX_HOMESERVER_URL", "url", isSafeUrl);
  const user = read("MATRIX_USER_ID", "user", (value) => USER.test(value) && value.length <= 255);
  const password = read("MATRIX_PASSWORD", "password", (value) => value !== "");
  const token = read("MATRIX_ACCESS_TOKEN", "token", (value) => /^[!-~]{8,}$/.test(value));
  const device = read("MATRIX_DEVICE_ID", "device", (value) => /^[!-~]{1,255}$/.test(value));
  const recovery = read("MATRIX_RECOVERY_KEY", "recovery", isRecoveryKey);
  const store = read("MATRIX_STORE_KEY", "store", (value) => value.length >= SHORTEST_STORE_KEY);
  const inviters = read("MATRIX_ALLOWED_INVITERS", "inviters", (value) => listOf(value).every((each) => USER.test(each) || SERVER_ALONE.test(each)));
  const first = [url, user, password, token, device, recovery, store, inviters].find((found) => found !== undefined);
  if (first === undefined) return undefined;
  if (url === undefined) throw new OperatorError("matrix_setting_missing", { setting: first.setting, missing: "MATRIX_HOMESERVER_URL" });
  if (user === undefined) throw new OperatorError("matrix_setting_missing", { setting: first.setting, missing: "MATRIX_USER_ID" });
  if (token !== undefined && device === undefined) throw new OperatorError("matrix_setting_missing", { setting: token.setting, missing: "MATRIX_DEVICE_ID" });
  if (password === undefined && token === undefined) throw new OperatorError("matrix_setting_missing", { setting: user.setting, missing: "MATRIX_PASSWORD" });
  const account: MatrixAccount = {
    homeserverUrl: url.value.replace(/\/+$/, ""),
    userId: user.value,
    ...(password === undefined ? {} : { password: password.value }),
    ...(token === undefined ? {} : { accessToken: token.value }),
    ...(device === undefined ? {} : { deviceId: device.value }),
    ...(recovery === undefined ? {} : { recoveryKey: recovery.value }),
    ...(store === undefined ? {} : { storeKey: store.value }),
    allowedInviters: Object.freeze(inviters === undefined ? [] : listOf(inviters.value)),
  };
  return Object.freeze(hideSecrets(account, ["password", "accessToken", "recoveryKey", "storeKey"]));
}

const listOf = (value: string): string[] => value.split(",").map((each) => each.trim()).filter((each) => each !== "");

/** The password goes where this points: over https, or to this machine. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return (protocol === "https:" || (protocol === "http:" && isHere)) && [username, password, search, hash].every((each) => each === "");
}

const BASE_58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Two bytes that name the format, 32 of the key, and one that makes the parity even: a slip of the pen is found here. https://spec.matrix.org/v1.16/appendices/#cryptographic-key-representation */
function isRecoveryKey(text: string): boolean {
  const letters = text.replace(/\s+/g, "");
  if (!/^[1-9A-HJ-NP-Za-km-z]{48}$/.test(letters)) return false;
  let number = 0n;
  for (const letter of letters) number = number * 58n + BigInt(BASE_58.indexOf(letter));
  const digits = number.toString(16).padStart(70, "0");
  const bytes = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return bytes.length === 35 && bytes[0] === 0x8b && bytes[1] === 0x01 && bytes.reduce((parity, byte) => parity ^ byte, 0) === 0;
}
