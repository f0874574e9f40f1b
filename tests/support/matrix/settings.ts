/** How the homeserver of the tests is set up. JSON is YAML, so this is what Synapse reads. */
import path from "node:path";

export const SERVER_NAME = "localhost";
export const REGISTRATION_SECRET = "only-for-tests";

export interface ServerChoices {
  /** Every new room is encrypted, as on many servers. True unless said otherwise. */
  encryptRooms?: boolean;
  /** The limit a homeserver has when its owner never touched it: one message in five seconds after a burst of ten. False unless said otherwise. */
  limitMessages?: boolean;
  /** It waits for the disk, as one that is not for tests. False unless said otherwise. */
  durable?: boolean;
  /** Anything else, by Synapse's own names; wins over what is here. */
  settings?: Readonly<Record<string, unknown>>;
}

const PLENTY = { per_second: 1000, burst_count: 1000 };

export function serverSettings(folder: string, port: number, choices: ServerChoices): Record<string, unknown> {
  return {
    server_name: SERVER_NAME,
    public_baseurl: `http://127.0.0.1:${port}/`,
    pid_file: path.join(folder, "pid"),
    listeners: [{ port, type: "http", tls: false, bind_addresses: ["127.0.0.1"], resources: [{ names: ["client"], compress: false }] }],
    database: { name: "sqlite3", args: { database: path.join(folder, "homeserver.db") } },
    media_store_path: path.join(folder, "media"),
    signing_key_path: path.join(folder, "signing.key"),
    registration_shared_secret: REGISTRATION_SECRET,
    macaroon_secret_key: "only-for-tests-2",
    form_secret: "only-for-tests-3",
    report_stats: false,
    // Nothing leaves this machine.
    trusted_key_servers: [],
    federation_domain_whitelist: [],
    presence: { enabled: false },
    bcrypt_rounds: 4,
    encryption_enabled_by_default_for_room_type: choices.encryptRooms === false ? "off" : "all",
    // Else a client that starts without a token gets an old answer for two minutes, and tests of restarts prove nothing.
    caches: { sync_response_cache_duration: "0s" },
    ...(choices.limitMessages === true ? {} : { rc_message: PLENTY }),
    rc_login: { address: PLENTY, account: PLENTY, failed_attempts: PLENTY },
    rc_joins: { local: PLENTY },
    rc_room_creation: PLENTY,
    rc_invites: { per_room: PLENTY, per_user: PLENTY, per_issuer: PLENTY },
    ...choices.settings,
  };
}
