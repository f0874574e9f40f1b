/** The only file that knows everything: settings in, adapters wired to the core, command-line verbs. */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createCalendarFiles } from "./adapters/calendar/files.ts";
import { demandSecondWord, type Given, grantsOf, instantIn, LOCAL_GRANTS, readArguments, roomOf } from "./adapters/console/arguments.ts";
import { answerLines } from "./adapters/console/ask.ts";
import { answerBatch } from "./adapters/console/batch.ts";
import { createConsoleChat } from "./adapters/console/chat.ts";
import { classifyBatch } from "./adapters/console/classify.ts";
import { datesBatch } from "./adapters/console/dates.ts";
import { examineAll } from "./adapters/console/examine.ts";
import { helpText } from "./adapters/console/help.ts";
import { printPreview } from "./adapters/console/preview.ts";
import { printSource, sourceBatch } from "./adapters/console/source-read.ts";
import { readShipped } from "./adapters/data/read.ts";
import { createFetch } from "./adapters/http/fetch.ts";
import { createLog } from "./adapters/node/log.ts";
import { fingerprint, pseudonym, readActorKey, standingClock, systemChance, systemClock } from "./adapters/node/machine.ts";
import { loadConfig, loadConfigWithout, loadSoundConfig, readSecretFile } from "./adapters/node/settings.ts";
import { createReadingPool, type ReadingPool } from "./adapters/reading/pool.ts";
import { readManifestOptions } from "./adapters/slack/manifest-options.ts";
import { buildManifest, type Manifest } from "./adapters/slack/manifest.ts";
import { printSteps, setUpSlack } from "./adapters/slack/setup.ts";
import { backup, DATABASE_FILE, restore } from "./adapters/sqlite/backup.ts";
import { createEmbeddedEngine } from "./adapters/sqlite/engine.ts";
import { acquireServerLock, isServerRunning } from "./adapters/sqlite/lock.ts";
import { refuseWrites } from "./adapters/sqlite/refuse-writes.ts";
import { openSqliteStore } from "./adapters/sqlite/store.ts";
import { createWebChat } from "./adapters/web/chat.ts";
import { commands } from "./commands/index.ts";
import { readOpml } from "./feeds/opml.ts";
import { createApp } from "./src/app.ts";
import { cards } from "./src/cards/index.ts";
import type { Config } from "./src/config.ts";
import { createDesk } from "./src/desk.ts";
import { createDirectory } from "./src/directory.ts";
import { UserError } from "./src/errors.ts";
import { languageOfLocale, speak } from "./src/i18n.ts";
import { workers } from "./src/jobs/index.ts";
import { type OperatorCode, OperatorError } from "./src/operator-error.ts";
import type { Parts } from "./src/parts.ts";
import type { Chat, Clock, Log, RoomAddress, Store } from "./src/ports.ts";
import { EVERYWHERE, offerRole } from "./src/rights.ts";
import { namesOf } from "./src/spelling.ts";

/** The terminal's own room: a copy of one on the page, for as long as the terminal is there. */
const TERMINAL: RoomAddress = "console:here";

/** What is said on the command line, in the language of whoever typed it. POSIX takes the first of these that is not empty. */
const say = speak(languageOfLocale(process.env["LC_ALL"] || process.env["LC_MESSAGES"] || process.env["LANG"]));

/** After these, what can be typed is shown too. */
const NEED_HELP: readonly OperatorCode[] = ["verb_unknown", "option_unknown", "option_misused"];

export async function main(args: string[]): Promise<void> {
  // Whoever reads may stop reading, as `head` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  try {
    process.exitCode = await run(args);
  } catch (error) {
    if (error instanceof OperatorError) console.error(explain(error));
    else if (portOf(error) !== undefined) console.error(explain(new OperatorError("port_taken", { port: portOf(error) ?? "" }, error)));
    else if (error instanceof UserError) console.error([say(`error.${error.code}`, error.values), ...(error.code === "not_a_room" ? [say("console.error.bad_room")] : [])].join(" "));
    else throw error;
    process.exitCode = 2;
  }
  await finish();
}

/** Everything was ended in order. What a library has left behind, timers of Matrix's for one, need not keep the process. */
async function finish(): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    // Also where nobody reads any more.
    if (stream.writable) await new Promise<void>((resolve) => void stream.write("", () => resolve()));
  }
  process.exit();
}

/** Of a server that could not be opened. */
function portOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, port }: NodeJS.ErrnoException & { port?: unknown } = error;
  return syscall === "listen" && (code === "EADDRINUSE" || code === "EACCES") ? String(port) : undefined;
}

function explain(error: OperatorError): string {
  const sentence = say(`console.error.${error.code}`, error.values);
  return NEED_HELP.includes(error.code) ? `${sentence}\n${helpText(say)}` : sentence;
}

async function run(args: string[]): Promise<number> {
  const [verb = "help", ...rest] = args;
  const { values, positionals } = readArguments(rest);
  if (verb === "help" || verb === "--help" || values.help) {
    console.log(helpText(say));
    return 0;
  }
  const chosen: Record<string, string> = values.data === undefined ? {} : { CLARION_DATA: values.data };
  demandSecondWord(verb, positionals[0]);
  if (verb === "slack") return printManifest(loadConfigWithout(["slack", "matrix"], process.env, chosen), values);
  if (verb === "setup" && positionals[0] === "slack") return setUp(chosen, values);
  if (verb === "setup" && positionals[0] === "matrix") return setUpOnMatrix(chosen, values);
  if (verb === "matrix" && (positionals[0] === "recover" || positionals[0] === "verify")) return keepMatrixDevice(positionals[0], chosen, values);
  if (verb === "doctor") return (await examineAll(loadSoundConfig(process.env, chosen), { say, log: (config) => createLog(config.logLevel), explain, write: writeOut })) ? 0 : 1;
  if (verb === "source" || verb === "dates" || verb === "classify") return readTexts(verb, values, positionals[1]);
  const config = loadConfig(process.env, chosen);
  switch (verb) {
    case "start":
      return serve(config, undefined);
    case "chat":
      return serve(config, roomOf(values));
    case "ask":
      return ask(config, values, positionals);
    case "preview":
      return preview(config, values);
    case "operator-code":
      return printOperatorCode(config);
    case "backup":
      return copyOut(config, positionals[0]);
    case "restore":
      return copyIn(config, positionals[0]);
    default:
      throw new OperatorError("verb_unknown", { verb: verb.slice(0, 40) });
  }
}

/** The verbs that print what texts say. They need no settings and no data folder, and their readers are loaded only for them. */
async function readTexts(verb: "source" | "dates" | "classify", values: Given, file: string | undefined): Promise<number> {
  const { classifyText, findDeadlines, readDocument } = await import("./reader.ts");
  // npm moves to the project's folder, and says where it was called.
  const files = { read: readDocument, folder: process.env["INIT_CWD"] ?? "" };
  if (values.batch) {
    if (verb === "source") await answerBatch(process.stdin, sourceBatch(files), writeOut);
    else if (verb === "dates") await answerBatch(process.stdin, datesBatch(findDeadlines), writeOut);
    else await answerBatch(process.stdin, classifyBatch(classifyText, speak("en")), writeOut);
    return 0;
  }
  if (verb !== "source" || file === undefined) throw new OperatorError("verb_incomplete", { verb, known: verb === "source" ? "clarion source read FILE, clarion source read --batch" : `clarion ${verb} --batch` });
  await printSource(file, files, { contentType: values["content-type"] ?? "", json: values.json, write: writeOut });
  return 0;
}

function warn(config: Config): void {
  for (const { code, values } of config.warnings) console.error(say(`console.warning.${code}`, values));
}

function readParts(reading: ReadingPool): Parts {
  const { shipped, directorySources } = readShipped(join(import.meta.dirname, "data"));
  return { commands, cards, workers, directory: createDirectory(directorySources), shipped, readSource: reading.read, understandText: reading.understand, readList: readOpml, language: "en", fingerprint };
}

const dataFile = (config: Config): string => join(config.dataFolder, DATABASE_FILE);

async function actorKeyOf(config: Config): Promise<string> {
  if (config.actorKey !== undefined) return config.actorKey;
  if (config.actorKeyFile !== undefined) {
    const key = readSecretFile("CLARION_ACTOR_KEY_FILE", config.actorKeyFile).text.trim();
    if (key.length < 32) throw new OperatorError("key_short", { setting: "CLARION_ACTOR_KEY_FILE" });
    return key;
  }
  return readActorKey(config.dataFolder);
}

async function assemble(config: Config, store: Store, clock: Clock, chats: (parts: Parts) => Promise<Chat[]>) {
  const log = createLog(config.logLevel);
  const reading = createReadingPool({ reader: new URL("reader.ts", import.meta.url), log });
  const parts = readParts(reading);
  const engine = createEmbeddedEngine({ store, clock, log });
  const contact = config.contact ?? "no contact set";
  const fetch = createFetch({ userAgent: `Clarion/0.1 (calendar reminders for civil society; ${contact})` });
  const app = createApp({ store, engine, chats: await chats(parts), fetch, clock, chance: systemChance, log }, parts);
  return { app, parts, log, fetch, reading };
}

/** Runs until it is told to stop. Only one process may serve a data folder. */
async function serve(config: Config, consoleRoom: RoomAddress | undefined): Promise<number> {
  warn(config);
  const releaseLock = await acquireServerLock(config.dataFolder);
  const store = await openSqliteStore({ file: dataFile(config) });
  const key = await actorKeyOf(config);
  const log = createLog(config.logLevel);
  let web: ReturnType<typeof createWebChat> | undefined;
  const broken = Promise.withResolvers<Error>();
  const { app, fetch, reading } = await assemble(config, store, systemClock, async (parts) => {
    const desk = createDesk({ store, clock: systemClock, directory: parts.directory, complete: (line, room) => app.complete(line, room) });
    web = createWebChat({
      store, desk, log, port: config.port, clock: systemClock, chance: systemChance, language: parts.language,
      actorId: pseudonym(key, "web", "page"),
      secret: fingerprint(`page ${key}`),
      calendars: createCalendarFiles({ store, directory: parts.directory, clock: systemClock, fingerprint }),
    });
    const chats: Chat[] = [web, ...(await connectPlatforms(config, { store, parts, key, log, onFatal: broken.resolve }))];
    if (consoleRoom !== undefined) {
      const actor = { id: pseudonym(key, "console", "terminal"), grants: LOCAL_GRANTS };
      const write = (text: string): void => void process.stdout.write(`${text}\n`);
      chats.push(createConsoleChat({ write, input: process.stdin, room: TERMINAL, actor, chance: systemChance }));
    }
    return chats;
  });
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
    // Ctrl-D on the terminal, or the end of what was piped in.
    if (consoleRoom !== undefined) process.stdin.once("end", () => resolve("end"));
  });
  try {
    await app.prepare();
    if (consoleRoom !== undefined) await app.lendRoom(TERMINAL, consoleRoom);
    await app.welcome();
    await app.start();
    console.log(say("console.output.ready", { address: web?.address() ?? "" }));
    const error = await Promise.race([stopped.then(() => undefined), broken.promise]);
    // Going on could lose or reveal a message; everything else is ended in order first.
    if (error !== undefined) throw error;
  } finally {
    await app.stop();
    if (consoleRoom !== undefined) await app.returnRoom(TERMINAL);
    await fetch.close();
    await reading.close();
    await store.close();
    releaseLock();
  }
  return 0;
}

type Platforms = { store: Store; parts: Parts; key: string; log: Log; onFatal(error: Error): void };

/** The chats that have settings. Their libraries are big, so each is read only where it is needed. */
async function connectPlatforms({ slack, matrix, dataFolder }: Config, { store, parts, key, log, onFatal }: Platforms): Promise<Chat[]> {
  const { directory, language } = parts;
  const shared = { commands, store, clock: systemClock, chance: systemChance, log, language };
  const chats: Chat[] = [];
  if (slack !== undefined) {
    const { createSlackChat } = await import("./adapters/slack/chat.ts");
    chats.push(createSlackChat({ ...shared, ...slack, directory, actorOf: (team, user) => pseudonym(key, "slack", `${team}/${user}`) }));
  }
  if (matrix !== undefined) {
    const { createMatrixChat } = await import("./adapters/matrix/chat.ts");
    chats.push(createMatrixChat({ ...shared, account: matrix, folder: dataFolder, onFatal, actorOf: (user) => pseudonym(key, "matrix", user) }));
  }
  return chats;
}

/** Looks and changes through the same door as every chat, on the same folder, whether or not a server runs there. */
async function open(config: Config, values: Pick<Given, "now">, connect: (store: Store) => Promise<Chat[]> = async () => []) {
  const now = instantIn(values.now);
  const served = isServerRunning(config.dataFolder);
  const store = await openSqliteStore({ file: dataFile(config) });
  const clock = now === undefined ? systemClock : standingClock(now);
  // A clock set by hand would put wrong times into rows that a running server acts on.
  const guarded: Store = now !== undefined && served ? refuseWrites(store) : store;
  try {
    const chats = await connect(store);
    const { app, parts } = await assemble(config, guarded, clock, async () => chats);
    // Plans laid as of a made-up time would be missing when the real one comes.
    if (!served) await (now === undefined ? app : (await assemble(config, store, systemClock, async () => [])).app).prepare();
    return { app, parts, store, clock };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function ask(config: Config, values: Given, positionals: string[]): Promise<number> {
  if (positionals.length === 0) throw new OperatorError("line_missing");
  const room = roomOf(values);
  const grants = grantsOf(values);
  const { app, store } = await open(config, values);
  try {
    const actor = { id: pseudonym(await actorKeyOf(config), "console", "terminal"), grants };
    const lines = positionals[0] === "-" ? createInterface({ input: process.stdin }) : [positionals.join(" ")];
    const ok = await answerLines(lines, { app, room, actor, json: values.json, write: (text) => void process.stdout.write(text) });
    return ok || positionals[0] === "-" ? 0 : 2;
  } finally {
    await store.close();
  }
}

async function preview(config: Config, values: Given): Promise<number> {
  if (values.from === undefined || values.to === undefined) throw new OperatorError("days_missing");
  for (const name of ["from", "to"] as const) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(values[name] ?? "") || Number.isNaN(Date.parse(values[name] ?? ""))) {
      throw new OperatorError("bad_day", { option: `--${name}` });
    }
  }
  if (values.from > values.to) throw new OperatorError("days_reversed");
  const only = values.room === undefined ? undefined : roomOf(values);
  const { app, store } = await open(config, values);
  try {
    const write = (text: string): void => void process.stdout.write(text);
    await printPreview(app, { from: values.from, to: values.to, json: values.json, write, language: say.language, ...(only === undefined ? {} : { room: only }) });
    return 0;
  } finally {
    await store.close();
  }
}

async function printOperatorCode(config: Config): Promise<number> {
  const store = await openSqliteStore({ file: dataFile(config) });
  try {
    const code = systemChance.id();
    await store.write((trx) => offerRole(trx, fingerprint(code), "operator", EVERYWHERE, systemClock.now()));
    console.log(`${say("console.output.operator_code")}\n/role use ${code}`);
    return 0;
  } finally {
    await store.close();
  }
}

async function copyOut(config: Config, target: string | undefined): Promise<number> {
  if (target === undefined) throw new OperatorError("target_unnamed");
  await backup(dataFile(config), target);
  console.log(say("console.output.saved", { file: target }));
  return 0;
}

async function copyIn(config: Config, copy: string | undefined): Promise<number> {
  if (copy === undefined) throw new OperatorError("copy_unnamed");
  await restore(copy, config.dataFolder);
  console.log(say("console.output.restored", { file: copy }));
  return 0;
}

const writeOut = (text: string): void => void process.stdout.write(text);

function manifestFor(config: Config, values: Given): Manifest {
  return buildManifest(commands, say, readManifestOptions(values, namesOf(commands), config.commandPrefix));
}

function printManifest(config: Config, values: Given): number {
  writeOut(`${JSON.stringify(manifestFor(config, values), null, 2)}\n`);
  return 0;
}

/** Keys that are missing in part or wrong are what this verb is for: the steps are printed, and they are named. */
async function setUp(chosen: Readonly<Record<string, string>>, values: Given): Promise<number> {
  let config: Config;
  try {
    config = loadConfigWithout(["matrix"], process.env, chosen);
  } catch (error) {
    if (!(error instanceof OperatorError && error.code.startsWith("slack_"))) throw error;
    printSteps(manifestFor(loadConfigWithout(["slack", "matrix"], process.env, chosen), values), values, say, writeOut);
    // Last, where it is still on the screen.
    console.error(`\n${explain(error)}`);
    return 1;
  }
  warn(config);
  if (config.slack === undefined) {
    printSteps(manifestFor(config, values), values, say, writeOut);
    return 0;
  }
  const { channel, network } = values;
  const asked = { ...(channel === undefined ? {} : { channel }), ...(network === undefined ? {} : { network }) };
  return (await setUpSlack({ config: config.slack, ...(await surroundingsOfSetup(config)), ...asked })) ? 0 : 1;
}

async function surroundingsOfSetup(config: Config) {
  return {
    say,
    log: createLog(config.logLevel),
    write: writeOut,
    open: async (connect: (store: Store) => Promise<Chat[]>) => {
      const { app, store } = await open(config, {}, connect);
      return { app, close: () => store.close() };
    },
    served: () => isServerRunning(config.dataFolder),
    actor: { id: pseudonym(await actorKeyOf(config), "console", "terminal"), grants: LOCAL_GRANTS },
  };
}

/** The same for Matrix. Its library is big, so it is read only where it is needed. */
async function setUpOnMatrix(chosen: Readonly<Record<string, string>>, values: Given): Promise<number> {
  const { printMatrixSteps, setUpMatrix } = await import("./adapters/matrix/setup.ts");
  let config: Config;
  try {
    config = loadConfigWithout(["slack"], process.env, chosen);
  } catch (error) {
    if (!(error instanceof OperatorError && error.code.startsWith("matrix_"))) throw error;
    printMatrixSteps(say, writeOut);
    console.error(`\n${explain(error)}`);
    return 1;
  }
  warn(config);
  if (config.matrix === undefined) {
    printMatrixSteps(say, writeOut);
    return 0;
  }
  const { room, network } = values;
  const asked = { ...(room === undefined ? {} : { room }), ...(network === undefined ? {} : { network }) };
  return (await setUpMatrix({ account: config.matrix, folder: config.dataFolder, ...(await surroundingsOfSetup(config)), ...asked })) ? 0 : 1;
}

async function keepMatrixDevice(what: "recover" | "verify", chosen: Readonly<Record<string, string>>, values: Given): Promise<number> {
  const { runRecover, runVerify } = await import("./adapters/matrix/verbs.ts");
  const config = loadConfigWithout(["slack"], process.env, chosen);
  warn(config);
  if (config.matrix === undefined) throw new OperatorError("matrix_unset");
  const store = await openSqliteStore({ file: dataFile(config) });
  try {
    const surroundings = { account: config.matrix, folder: config.dataFolder, store, clock: systemClock, chance: systemChance, log: createLog(config.logLevel) };
    const options = { ...surroundings, say, write: writeOut, input: process.stdin };
    return (await (what === "recover" ? runRecover(options) : runVerify(values.user, options))) ? 0 : 1;
  } finally {
    await store.close();
  }
}
