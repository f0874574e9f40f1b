/** The verb `doctor`: this machine, then each chat. Looks at everything and changes nothing. */
import type { Config } from "../../src/config.ts";
import type { Say } from "../../src/i18n.ts";
import type { OperatorError } from "../../src/operator-error.ts";
import type { Log } from "../../src/ports.ts";
import { examineMatrix } from "../matrix/check.ts";
import type { SoundConfig } from "../node/settings.ts";
import { examineSlack } from "../slack/check.ts";
import { isServerRunning } from "../sqlite/lock.ts";
import { checkHome } from "./doctor.ts";
import { type Finding, printFindings } from "./findings.ts";

export type ExamineOptions = { say: Say; log: (config: Config) => Log; explain(error: OperatorError): string; write(text: string): void };

/** Returns whether nothing is to mend. A chat whose settings are wrong is not asked. */
export async function examineAll({ config, refusals }: SoundConfig, { say, log, explain, write }: ExamineOptions): Promise<boolean> {
  const home = await checkHome(config, say);
  const rooms = home.rooms.map(({ address }) => address);
  const isSound = (chat: string): boolean => refusals.every((refusal) => refusal.chat !== chat);
  const refused = refusals.map(({ error }): Finding => ({ state: "bad", text: explain(error) }));
  const slack = isSound("slack") ? await examineSlack(config.slack, rooms, { say, log: log(config) }) : [];
  const matrix = isSound("matrix") ? await examineMatrix(config.matrix, rooms, { say, folder: config.dataFolder, served: isServerRunning(config.dataFolder) }) : [];
  return printFindings([...home.findings, ...refused, ...slack, ...matrix], say, write);
}
