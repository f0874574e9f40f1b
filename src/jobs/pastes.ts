/** Reads a text or a page that somebody pasted. The network and the reading are outside any transaction; what came is recorded in one. */
import { touch } from "../delivery/outbox.ts";
import type { Worker, WorkerContext } from "../parts.ts";
import { endPaste, findPaste, type Paste, PASTE_CARD, type PasteFailure, pasteKey } from "../proposals/pastes.ts";
import { propose } from "../proposals/propose.ts";
import type { TextResult } from "../sources/document.ts";

export const pasteWorker: Worker = {
  prefix: "paste",
  async run(context, key) {
    const { ports, parts, change } = context;
    const paste = await findPaste(ports.store.reading, key.slice(pasteKey("").length));
    if (paste === undefined || paste.state !== "waiting") return null;
    const read = await readPaste(context, paste);
    const now = ports.clock.now();
    await change(async (trx) => {
      const isFailed = "failure" in read;
      const ended = await endPaste(trx, paste.id, isFailed ? { state: "failed", failure: read.failure } : { state: "read", found: 0 });
      // Another wake was faster.
      if (!ended) return;
      if (!isFailed) {
        const origin = `paste:${parts.fingerprint(paste.url === "" ? read.text : paste.url)}`;
        const text = { origin, title: read.title, link: paste.url, text: read.text, understood: read.understood, isRevision: true };
        const tools = { directory: parts.directory, now, newId: () => ports.chance.id() };
        const found = await propose(trx, [text], { room: paste.room, asked: [] }, tools);
        await trx.updateTable("pastes").set({ found }).where("id", "=", paste.id).execute();
      }
      await touch(trx, { card: PASTE_CARD, subject: paste.id }, { haste: "now", which: "all" }, now);
    });
    ports.log.info("paste_read", { outcome: "failure" in read ? read.failure : "read" });
    return null;
  },
};

async function readPaste({ ports, parts }: WorkerContext, paste: Paste): Promise<Exclude<TextResult, { error: unknown }> | { failure: PasteFailure }> {
  const now = ports.clock.now();
  if (paste.text !== "") return failing(await parts.understandText({ now, text: paste.text }));
  const reply = await ports.fetch({ url: paste.url });
  if (reply.status === "failed") return { failure: reply.code };
  if (reply.status === "unchanged") return { failure: "broken" };
  return failing(await parts.understandText({ now, body: reply.body, contentType: reply.contentType, url: reply.finalUrl }));
}

function failing(result: TextResult): Exclude<TextResult, { error: unknown }> | { failure: PasteFailure } {
  return "error" in result ? { failure: result.error } : result;
}
