/** Messages as nobody should write them: every shape a message can have, filled with what breaks chats. */
import fc from "fast-check";
import type { Form } from "../../src/answer.ts";
import { LANGUAGES, type Action, type Block, type HttpsUrl, type Message, type Span } from "../../src/message.ts";

const ZONES = ["Europe/Zurich", "America/New_York", "Asia/Kathmandu", "Africa/Banjul", "UTC"];
/** A word that stands nowhere else, so that finding it means something. */
const named = (kind: string): fc.Arbitrary<string> => fc.nat(999_999).map((number) => `${kind}${number}`);

const TRICKS = [
  "<!channel>", "<!here|here>", "<!everyone>", "@here", "@channel", "<@U0123ABC>", "<#C0123ABC|general>", "<!subteam^S0123ABC>", "<https://evil.example|click>",
  "<!date^1802260800^{date}|then>", "javascript:alert(1)", "&lt;!channel&gt;", "&amp;amp;", "<", ">", "&", "a<b>c&d", "*bold*", "_it_", "~gone~", "`code`", "```\nblock\n```", "> quote",
  "[label](https://evil.example)", ":skull:", "{date_long}", "%7C", "|", "^", "\\", "\"quoted\"", "\u0000\u0007\u001b[31mred", "\u202eevil\u202c", "\u2066isolated\u2069", "\u2068open", "\u2069closed",
  "\u200b\u200d\ufeff", "السلام عليكم", "שלום", "Привет", "日本語テキスト", "e\u0301\u0323", "🫶", "👩🏽‍🚀", "🏳️‍🌈", "👨‍👩‍👧‍👦", "🇺🇳", "𝕏", "\ud83d", "\udc00x", "\r\n", "\n\n\n", "\t", " ", "", "\u00a0", "\u3164",
  "<b>bold</b>", "</p></strong>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<mx-reply>", "\" onclick=\"alert(1)", "&#60;i&#62;", "<!--", "]]>", "@room", "@clarion:example.org", "https://matrix.to/#/@a:example.org",
  "$&", "%s", "undefined", "__proto__", "constructor",
] as const;

const trick = fc.constantFrom(...TRICKS);
const short = fc.oneof(trick, named("w"), fc.string({ unit: "binary", maxLength: 40 }), fc.array(fc.oneof(trick, named("w")), { maxLength: 6 }).map((parts) => parts.join(" ")));
const long = fc.oneof(
  fc.tuple(short, fc.integer({ min: 20, max: 400 })).map(([text, times]) => `${text} `.repeat(times).slice(0, 40_000)),
  fc.array(named("w"), { minLength: 100, maxLength: 4_000 }).map((words) => words.join(" ").slice(0, 40_000)),
  fc.constantFrom("a", "<", "&", "👩🏽‍🚀", "🫶", "\ud83d", "ш", "\u0301", "\u2068").map((letter) => letter.repeat(Math.floor(40_000 / letter.length))),
);
const anyText = fc.oneof({ weight: 30, arbitrary: short }, { weight: 1, arbitrary: long });

const link: fc.Arbitrary<Span> = fc
  .record({
    path: fc.oneof({ weight: 8, arbitrary: fc.constantFrom("", "/", "/a?b=1&c=<2>|3", "/ü/🫶", "/%20", "/x#y", "/&lt;&#39;") }, { weight: 1, arbitrary: fc.integer({ min: 1_900, max: 3_200 }).map((count) => `/${"p".repeat(count)}`) }),
    label: fc.oneof(short, short.map((foreign) => ({ foreign }))),
  })
  // `linkTo` lets only addresses without white space and angle brackets become links.
  .map(({ path, label }) => ({ link: `https://www.example.org${path.replace(/[<>\s]/g, "")}`, label }));

const INSTANT = { min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) };
const day = fc.integer(INSTANT).map((instant) => new Date(instant).toISOString().slice(0, 10));
const moment: fc.Arbitrary<Span> = fc.record({
  moment: fc.oneof(fc.integer(INSTANT), day, day.map((on) => on.slice(0, 7))),
  zone: fc.constantFrom(...ZONES),
});

function spanOf(text: fc.Arbitrary<string>): fc.Arbitrary<Span> {
  const simple: fc.Arbitrary<Span> = fc.oneof(
    text,
    text.map((foreign) => ({ foreign })),
    text.map((strong) => ({ strong })),
    text.map((code) => ({ code })),
    link,
    moment,
  );
  const strike = (inner: fc.Arbitrary<Span>): fc.Arbitrary<Span> => inner.map((struck) => ({ struck }));
  return fc.oneof({ weight: 8, arbitrary: simple }, { weight: 1, arbitrary: strike(simple) }, { weight: 1, arbitrary: strike(strike(strike(simple))) });
}

const someSpans = (most: number): fc.Arbitrary<Span[]> => fc.array(spanOf(anyText), { maxLength: most });
const shortSpans = fc.array(spanOf(short), { maxLength: 3 });

const block: fc.Arbitrary<Block> = fc.oneof(
  someSpans(8).map((text): Block => ({ text })),
  someSpans(4).map((quote): Block => ({ quote })),
  fc.array(fc.tuple(anyText, someSpans(3)), { maxLength: 8 }).map((fields): Block => ({ fields })),
  fc.array(someSpans(3), { maxLength: 8 }).map((list): Block => ({ list })),
  fc
    .record({ head: fc.array(short, { maxLength: 6 }), rows: fc.array(fc.array(shortSpans, { maxLength: 6 }), { maxLength: 6 }) })
    .map((table): Block => ({ table })),
  fc.record({ done: fc.nat(999), goal: fc.option(fc.nat(999), { nil: undefined }), label: short }).map(
    ({ done, goal, label }): Block => ({ progress: goal === undefined ? { done, label } : { done, goal, label } }),
  ),
  anyText.map((alt): Block => ({ picture: { file: "map.png", alt } })),
);

/** Few of them are large, and then very. */
const hugeBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.array(fc.tuple(named("field"), shortSpans), { minLength: 60, maxLength: 60 }).map((fields): Block => ({ fields })),
  fc.array(fc.tuple(named("item"), shortSpans).map(([name, spans]): Span[] => [name, " ", ...spans]), { minLength: 300, maxLength: 300 }).map((list): Block => ({ list })),
  fc
    .record({
      head: fc.array(named("head"), { minLength: 40, maxLength: 40 }),
      rows: fc.array(fc.array(shortSpans, { minLength: 40, maxLength: 40 }), { minLength: 1, maxLength: 12 }),
    })
    .map((table): Block => ({ table })),
  fc.array(long, { minLength: 1, maxLength: 3 }).map((texts): Block => ({ text: texts })),
  long.map((foreign): Block => ({ quote: [{ foreign }] })),
);

const command = fc.oneof(
  { weight: 8, arbitrary: named("take d") },
  { weight: 2, arbitrary: fc.integer({ min: 140, max: 160 }).map((count) => `copy ${"c".repeat(count - 5)}`) },
  { weight: 2, arbitrary: fc.integer({ min: 1_990, max: 2_010 }).map((count) => `copy ${"d".repeat(count - 5)}`) },
);
const action: fc.Arbitrary<Action> = fc
  .record({
    label: fc.oneof({ weight: 6, arbitrary: short }, { weight: 2, arbitrary: fc.array(named("label"), { minLength: 1, maxLength: 20 }).map((words) => words.join(" ")) }),
    command,
    style: fc.constantFrom(undefined, undefined, "primary" as const, "danger" as const),
    confirm: fc.oneof(fc.constant(undefined), fc.constant(undefined), anyText),
  })
  .map(({ label, command: line, style, confirm }) => ({ label, command: line, ...(style === undefined ? {} : { style }), ...(confirm === undefined ? {} : { confirm }) }));

const actions = fc
  .oneof({ weight: 20, arbitrary: fc.array(action, { maxLength: 8 }) }, { weight: 1, arbitrary: fc.array(action, { minLength: 200, maxLength: 200 }) })
  // No two buttons of a message say the same line.
  .map((all) => all.map((one, index) => ({ ...one, command: `${one.command.slice(0, 2_000 - 4)} ${index}` })));

export const hostileMessage: fc.Arbitrary<Message> = fc
  .record({
    title: fc.oneof(someSpans(4), shortSpans),
    tone: fc.constantFrom("plain" as const, "urgent" as const, "late" as const, "done" as const, "quiet" as const),
    blocks: fc.oneof({ weight: 12, arbitrary: fc.array(block, { maxLength: 6 }) }, { weight: 1, arbitrary: fc.array(fc.oneof(block, hugeBlock), { minLength: 1, maxLength: 5 }) }, {
      weight: 1,
      arbitrary: fc.array(shortSpans.map((text): Block => ({ text })), { minLength: 60, maxLength: 120 }),
    }),
    actions,
    language: fc.constantFrom(...LANGUAGES),
    discreet: fc.option(short, { nil: undefined }),
  })
  .map(({ discreet, ...message }) => (discreet === undefined ? message : { ...message, discreet }));

/** What an older program may have stored, or a mistake let through: links that are none. */
export const falseLink: fc.Arbitrary<Span> = fc
  .constantFrom("javascript:alert(1)", "http://example.org/", "https://", "https://a b", "slack://channel?team=T1&id=C1", "mailto:a@example.org", "<!channel>")
  // The type forbids these addresses; rows written by other versions do not know the type.
  .map((address) => ({ link: address as HttpsUrl, label: "there" }));

const hostileField = fc.record({
  name: fc.constantFrom("title", "until", "goal", "kind", "note"),
  label: anyText,
  hint: anyText,
  kind: fc.constantFrom("text" as const, "long" as const, "day" as const, "choice" as const),
  options: fc.array(fc.record({ value: fc.oneof(anyText, fc.nat().map(String)), label: anyText }), { maxLength: 120 }),
  required: fc.boolean(),
  value: fc.oneof(anyText, fc.constant("2027-02-10"), fc.constant("2027-02-30")),
});
export const hostileForm: fc.Arbitrary<Form> = fc.record({
  title: anyText,
  command: fc.constant("call new"),
  fields: fc.uniqueArray(hostileField, { selector: ({ name }) => name, maxLength: 5 }),
  submit: anyText,
  language: fc.constantFrom(...LANGUAGES),
});
