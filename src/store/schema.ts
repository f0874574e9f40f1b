/**
 * The tables, as TypeScript sees them. One schema, two databases: ids are text made by us, JSON is TEXT, booleans are 0 or 1,
 * instants are whole milliseconds (`…_at`), calendar days are text (`…_on`: `2027-02-10`, or `2027-02` for a month).
 * Each noun module owns its tables; no other module writes them.
 */

import type { PlansTable, PostsTable, WakesTable, WebPostsTable } from "./schema-delivery.ts";
import type { ItemTellingsTable, ItemsTable, PastesTable, ProposalsTable, SourceWordsTable, SourcesTable } from "./schema-sources.ts";

/** 0 or 1. */
type Flag = number;
/** Text holding JSON; parsed by the module that owns the table. */
type Json = string;

/** Facts about this database itself: time-zone rules its plans were laid with, fingerprints of imported files. */
interface MetaTable {
  key: string;
  value: string;
}

/* networks.ts */
interface NetworksTable {
  id: string;
  name: string;
  language: string;
  zone: string;
  /** ISO weekdays that are worked, as `1,2,3,4,5`. */
  working_week: string;
  /** ECOSOC consultative status: `yes`, `no`, `partner`, or `unknown`. */
  standing: string;
}
interface NetworkCountriesTable {
  network: string;
  country: string;
}

/* rooms.ts */
interface RoomsTable {
  address: string;
  network: string;
  zone: string;
  language: string;
  /** Wall time `HH:MM` from which posts may land, and from which they may not. */
  waking_from: string;
  waking_until: string;
  working_week: string;
  /** `public`, `network` or `coordination`. */
  audience: string;
  /** Extra or other leads by kind, or null for the default ladder. */
  ladder: Json | null;
  /** `instant` or `digest`. */
  rhythm: string;
  discreet: Flag;
  follow: Json;
  /** Paused until this instant; null when not paused; the far future (9e15) when no end was given. */
  paused_until: number | null;
  revision: number;
  /** Sequence of the newest post. */
  last_sequence: number;
  lease_token: string | null;
  lease_until: number;
  /** No send before this instant: pace and `Retry-After`. */
  next_send_at: number;
  /** What the chat knows of the room: `Capabilities` as last read; null when never read. */
  openness: Json | null;
  /** Why nothing can be posted there (`Unreachable`), and since when; null when it can. */
  unreachable: string | null;
  unreachable_since: number | null;
}
/** What a room chose not to see. Only the room knows, and it can be taken back. */
interface HiddenTable {
  room: string;
  subject: string;
}

/* markers.ts */
interface MarkersTable {
  room: string;
  /** The chat's own name of the last message that was handled there. */
  marker: string;
  at: number;
}

/* rights.ts */
interface RolesTable {
  actor: string;
  role: string;
  /** Network the role is for, or `` for all. */
  network: string;
}
/** A one-use code that gives its role to whoever types it. */
interface RoleCodesTable {
  hash: string;
  role: string;
  /** `` for all networks. */
  network: string;
  expires_at: number;
}
interface AuditTable {
  id: string;
  at: number;
  command: string;
  /** Ids only, separated by spaces. */
  targets: string;
  role: string;
  actor: string;
}
interface BroadcastsTable {
  id: string;
  at: number;
  actor: string;
  command: string;
  subject: string;
  /** The command line that takes it back. */
  undo: string;
  undone_at: number | null;
}
/** Every inbound that had an effect, so that it has it once. Kept 30 days. */
interface InboundTable {
  key: string;
  at: number;
}

/* claims.ts */
interface ClaimsTable {
  id: string;
  /** A session or deadline id. */
  subject: string;
  /** What is claimed: see `ClaimValue` in claims.ts. */
  value: Json;
  /** `person`, `official`, `secondary` or `projected`. */
  confidence: string;
  /** Who says so: `shipped:sessions`, `rule:hrc-written-statement`, `network:anpud`, `source:un-news`. */
  stated_by: string;
  link: string;
  /** When a person or program last read it at the source; a day. */
  checked_on: string | null;
  stated_at: number;
  /** `stated`, `proposed`, `dismissed` or `withdrawn`. */
  state: string;
  /** Rises with every claim, so that among equals the newest is known even within one millisecond. */
  sequence: number;
  /** A catalogue key saying why, such as `claim.rule`. */
  reason: string;
}
interface HistoryTable {
  id: string;
  subject: string;
  revision: number;
  at: number;
  /** `date`, `status`, `condition`. */
  field: string;
  old: Json | null;
  new: Json | null;
  stated_by: string;
  reason: string;
}

/* sessions.ts */
interface SessionsTable {
  id: string;
  /** Calendar key: `hrc`, `upr-wg`, `cnd`, `observance`. */
  mechanism: string;
  number: string;
  title: string;
  place: string;
  zone: string;
  /** `session` or `observance`. */
  kind: string;
  /** A day, a month, a year, or null. */
  starts_on: string | null;
  ends_on: string | null;
  /** `day`, `month`, `year` or `unknown`; of the start. */
  precision: string;
  status: string;
  confidence: string;
  link: string;
  checked_on: string | null;
  revision: number;
}

/* deadlines.ts */
interface DeadlinesTable {
  id: string;
  /** `deadline`, `opening`, `planning`, `note`, `route`, `internal`. */
  kind: string;
  mechanism: string;
  /** Id in `deadline-rules.csv`, or null when a person or a source stated it. */
  rule: string | null;
  session: string | null;
  /** ISO 3166 alpha-3 of the State it is about, or null. */
  country: string | null;
  /** For an internal deadline: the network it belongs to. */
  network: string | null;
  /** The deadline or session its date is counted from. */
  base: string | null;
  /** Signed ISO duration from the base, or null. */
  lead_from_base: string | null;
  /** English title of one that a person added; null when the catalogue names it. */
  title: string | null;
  /** Deadlines of one family share mechanism, session and rule, and are told in one post. */
  family: string;
  /** `anyone`, `ecosoc`, `states`, `observer`, `relations`, `national`: see standing.ts. */
  who_may: string;
  topics: string;
  zone: string;
  /** A day or a month, or null when not known. */
  due_on: string | null;
  /** Wall time `HH:MM` in `zone`, or null. */
  due_time: string | null;
  /** When it is over: the minute, else the end of the day or month in `zone`; null when not known. */
  over_at: number | null;
  /** `minute`, `day`, `month` or `unknown`. */
  precision: string;
  /** `confirmed`, `provisional`, `projected`, `moved`, `cancelled`, `suspended`. */
  status: string;
  confidence: string;
  /** In words, what must be true first; null when nothing. */
  only_if: string | null;
  condition_met: Flag;
  link: string;
  checked_on: string | null;
  revision: number;
}
interface TakingsTable {
  deadline: string;
  network: string;
  taken_at: number;
}
/** What a room was told about a deadline, so that it can be corrected. */
interface TellingsTable {
  room: string;
  deadline: string;
  /** The value told, as JSON of `DueValue`. */
  told: Json;
  told_at: number;
  /** The post that last named it. */
  post: string;
}

/* calls.ts */
interface CallsTable {
  id: string;
  /** `sign-on`, `urgent`, `submission`, `statement`. */
  kind: string;
  /** `draft`, `open`, `held`, `closed`, `withdrawn`. */
  state: string;
  network: string;
  /** Ends at this instant, or null. */
  closes_at: number | null;
  zone: string;
  goal: number | null;
  link: string;
  /** SHA-256 of the frozen texts once published. */
  fingerprint: string | null;
  revision: number;
  created_at: number;
}
interface CallTextsTable {
  call: string;
  language: string;
  title: string;
  text: string;
}
interface AnswersTable {
  call: string;
  /** The organisation's name folded, so that it is counted once. */
  organisation_key: string;
  /** Exactly as the organisation writes itself. Organisations act, not people. */
  organisation: string;
  network: string;
  /** `named`, `region`, `counted`. */
  display: string;
  at: number;
}
interface CallRoomsTable {
  call: string;
  room: string;
}

/* calendar/links.ts */
interface CalendarLinksTable {
  id: string;
  /** SHA-256 of the secret part of the address, in hexadecimal. */
  hash: string;
  /** The room it was asked for in: its language, its discretion, its filter. */
  room: string;
  network: string;
  /** `room` or `network`. */
  scope: string;
  created_at: number;
}

export interface Schema {
  meta: MetaTable;
  networks: NetworksTable;
  network_countries: NetworkCountriesTable;
  rooms: RoomsTable;
  hidden: HiddenTable;
  markers: MarkersTable;
  roles: RolesTable;
  role_codes: RoleCodesTable;
  audit: AuditTable;
  broadcasts: BroadcastsTable;
  inbound: InboundTable;
  claims: ClaimsTable;
  history: HistoryTable;
  sessions: SessionsTable;
  deadlines: DeadlinesTable;
  takings: TakingsTable;
  tellings: TellingsTable;
  plans: PlansTable;
  posts: PostsTable;
  calls: CallsTable;
  call_texts: CallTextsTable;
  answers: AnswersTable;
  call_rooms: CallRoomsTable;
  sources: SourcesTable;
  items: ItemsTable;
  item_tellings: ItemTellingsTable;
  source_words: SourceWordsTable;
  proposals: ProposalsTable;
  pastes: PastesTable;
  calendar_links: CalendarLinksTable;
  wakes: WakesTable;
  web_posts: WebPostsTable;
}
