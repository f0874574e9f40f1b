/** The parts of classifying: phrases, languages, States, bodies, the lists themselves, and what the terminal prints. */
import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { answerBatch, answerLine } from "../../adapters/console/batch.ts";
import { classifyBatch } from "../../adapters/console/classify.ts";
import { readClassifyTables } from "../../adapters/data/classify-rules.ts";
import { createClassifier } from "../../feeds/classify/classifier.ts";
import { PhraseIndex, withoutCovered } from "../../feeds/classify/phrases.ts";
import { splitWords } from "../../feeds/classify/words.ts";
import { foldWord } from "../../src/names.ts";
import { speak } from "../../src/i18n.ts";

const tables = readClassifyTables("data");
const classify = createClassifier(tables);

function phrasesIn(text: string, ...phrases: string[]): string[] {
  const index = new PhraseIndex<string>();
  for (const phrase of phrases) index.add(phrase, phrase);
  return index.find(splitWords(text, 100)).map(({ value }) => value);
}

describe("a phrase of the lists", () => {
  test.each([
    ["any ending", "Women face stigmatisation", "stigma*", true],
    ["no other word", "Women face enigmas", "stigma*", false],
    ["up to three words between", "calls on networks to submit", "calls ... submit", true],
    ["no more than three", "calls on all networks here to submit", "calls ... submit", false],
    ["not across a sentence", "He calls. Submit it", "calls submit", false],
    ["capitals in capitals", "The CAT sits", "CAT", true],
    ["capitals not small", "The cat sits", "CAT", false],
    ["a first capital", "In Chad today", "Chad", true],
    ["a first capital not small", "a hanging chad", "Chad", false],
    ["letters of a title in capitals", "PRISONS IN CHAD TODAY", "Chad", true],
    ["accents and case", "RÉDUCTION des risques", "réduction des risques", true],
    ["yo as ye", "приём материалов", "прием материал*", true],
    ["Arabic with article and conjunction", "والسجون", "سجون", true],
    ["Arabic with preposition and article", "للمدمنين", "مدمنين", true],
    ["Arabic to the letter", "الدعم المالي", "=مالي", false],
    ["Arabic to the letter, alone", "في مالي", "=مالي", true],
    ["dots in an abbreviation", "the U.S. Senate", "US", true],
    ["a body with the number of its session", "CND70 opens", "CND", true],
  ])("finds %s", (_, text, phrase, found) => {
    expect(phrasesIn(text, phrase)).toEqual(found ? [phrase] : []);
  });

  test("hides the shorter one within it", () => {
    const index = new PhraseIndex<string>();
    for (const phrase of ["drug", "drug prices", "prices rise"]) index.add(phrase, phrase);
    expect(withoutCovered(index.find(splitWords("drug prices rise", 9))).map(({ value }) => value)).toEqual(["drug prices", "prices rise"]);
  });

  test("is compared without marks, and with Arabic letters made alike", () => {
    expect(["Ñandú", "Ёлка", "إِيرَان", "مصحة", "Cœur"].map(foldWord)).toEqual(["nandu", "елка", "ايران", "مصحه", "coeur"]);
  });
});

describe("the language of a text", () => {
  test.each([
    ["en", "The Board met and asked for a plan"],
    ["fr", "Le Conseil a demandé un plan pour les communautés"],
    ["es", "El Comité pide a los Estados que respeten los derechos"],
    ["pt", "O Comitê pede aos Estados que não punam as pessoas"],
    ["ru", "Комитет призвал государства"],
    ["ar", "دعت اللجنة الدول إلى احترام الحقوق"],
  ])("is %s by its words", (language, summary) => {
    expect(classify({ title: "", summary }).language).toBe(language);
  });

  test("is not what the source says when the words say another", () => {
    expect(classify({ language: "en", title: "Réduction des risques dans les prisons", summary: "Les associations de la région demandent des seringues." })).toMatchObject({ language: "fr", relevant: true });
  });

  test("may differ between title and text", () => {
    expect(classify({ language: "en", title: "Call for input on drug policy and human rights in the region", summary: "El Relator Especial invita a las organizaciones de la sociedad civil de México a enviar sus aportes." })).toMatchObject({
      kind: "call-for-input", countries: ["MEX"], mechanisms: ["special-procedures"],
    });
  });
});

describe("a hostile text", () => {
  test("has no word that grows beyond sixty letters when its signs are folded", () => {
    const words = [...splitWords("\ufdfa".repeat(20_000), 500), ...splitWords("x".repeat(20_000), 500), ...splitWords("e\u0301".repeat(20_000), 500)];
    expect(words.length).toBeGreaterThan(0);
    for (const { folded, shown } of words) expect(Math.max(folded.length, shown.length)).toBeLessThanOrEqual(60);
  });

  test("keeps words that are cut between the halves of a sign whole enough to be written", () => {
    expect(splitWords(`x${"\u{20bb7}".repeat(100)}`, 5).every(({ shown }) => shown.isWellFormed())).toBe(true);
  });

  test.each(["\ufdfa", "\ufdfa ", "a", "a* ", "a.", "e\u0301", "\u0301 ", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} ", "\ud800", "\u3316 ", "drugs and ", "call ", "in Kenya, Kenya ", "وال ", "CND70"])("of %j again and again is answered", (unit) => {
    const text = unit.repeat(200_000 / unit.length);
    expect(classify({ title: text, summary: text, content: `${text}.` }).kind).toBeTypeOf("string");
  });
});

describe("the kind of a text", () => {
  test.each([
    ["en", "Journal of Prison Health invites papers on torture in rehab centres", "call-for-input"],
    ["en", "Network collects questions for the expert on disappearances", "call-for-input"],
    ["en", "In maps: where drug users still face execution", "publication"],
    ["en", "Dossier: women behind bars for small amounts", "publication"],
    ["en", "UN experts condemn hanging of three men in Iran for drug offences", "country-violation"],
    ["en", "OHCHR dismayed at executions in Saudi Arabia", "country-violation"],
    ["en", "Fear of more sentences fades as Malawi drafts softer law", "other"],
    ["fr", "Recherche : témoins d'arrestations près des salles de consommation", "call-for-input"],
    ["fr", "Le ministre promet moins de prison et plus de soins", "other"],
    ["es", "¿Quién puede ayudarnos con datos de detenciones por posesión?", "call-for-input"],
    ["es", "La CIDH visita Honduras y ve cárceles", "session-news"],
    ["pt", "Quem pode ajudar com relatos de revistas em presídios?", "call-for-input"],
    ["ru", "Кто может помочь с данными об арестах?", "call-for-input"],
    ["ru", "Комитет против пыток рассмотрел доклад Казахстана", "session-news"],
    ["ar", "من يستطيع مساعدتنا في توثيق حملات الشرطة؟", "call-for-input"],
    ["ar", "إعدام أربعة مدانين بتهريب المخدرات في السعودية", "country-violation"],
  ])("is what it does, not what it speaks of (%s): %s", (language, title, kind) => {
    expect(classify({ language, title, summary: "" }).kind).toBe(kind);
  });
});

describe("a session of a body whose work this community follows", () => {
  test.each([
    ["Human Rights Council opens its 64th session", true],
    ["Committee on Economic, Social and Cultural Rights concludes session", true],
    ["CEDAW opens its session in Geneva", true],
    ["UNAIDS PCB meets in December", true],
    ["Le Conseil des droits de l'homme ouvre sa 64e session à Genève", true],
    ["La CIDH abre su período de sesiones", true],
    ["Human Rights Council adopts resolution on plastics and the ocean", false],
    ["Committee on the Rights of the Child reviews school meals in Norway", false],
    ["UN General Assembly opens debate on climate", false],
  ])("%s: %s", (title, relevant) => {
    expect(classify({ title, summary: "" }).relevant).toBe(relevant);
  });
});

describe("the States of a text", () => {
  test.each([
    ["Guinea-Bissau opens a clinic", "GNB"],
    ["Papua New Guinea votes", "PNG"],
    ["Equatorial Guinea pardons 30", "GNQ"],
    ["Guinea bans rallies", "GIN"],
    ["Niger closes its border", "NER"],
    ["Nigeria closes its border", "NGA"],
    ["Dominica votes", "DMA"],
    ["Dominican Republic votes", "DOM"],
    ["Police in the Democratic Republic of the Congo", "COD"],
    ["Police in the Republic of the Congo", "COG"],
    ["North Korea denies it", "PRK"],
    ["South Korea denies it", "KOR"],
    ["South Sudan and Sudan talk", "SDN SSD"],
    ["Atlanta, Georgia: jail deaths", "USA"],
    ["Tbilisi: Georgia amends its law", "GEO"],
    ["New Mexico amends its law", "USA"],
    ["Turkey jails a lawyer", "TUR"],
    ["A turkey for the feast", ""],
    ["Guinea pigs at the fair", ""],
    ["Scotland and Wales differ from England", "GBR"],
    ["Kosovo opens a shelter", "XKX"],
    ["Manila says the killings are over", "PHL"],
    ["Side event in Vienna on Monday", ""],
    ["The meeting was held in Nairobi, Kenya", ""],
    ["Meeting in Geneva on Kenya", "KEN"],
    ["Colombian expert elected chair", ""],
    ["Answers in English, French or Spanish", ""],
    ["The Rome Statute and the Paris Principles", ""],
    ["Latin America's jails", ""],
    ["Gulf of Guinea piracy", ""],
    ["Kush deaths rise among the young", ""],
    ["U.S. funding for syringes ends", "USA"],
    ["US drug czar resigns", "USA"],
    ["A grant of US$ 4 million", ""],
    ["JOIN US on Friday", ""],
    ["Washington and Beijing agree on precursors", "CHN USA"],
    ["Moscow and Washington block a draft", "RUS USA"],
    ["Meeting in Washington on Bolivia", "BOL"],
    ["Tripoli raids leave 20 in cells, Lebanon says", "LBN"],
    ["EUDA in Lisbon has new figures", ""],
  ])("%s: %s", (title, countries) => {
    expect([...classify({ language: "en", title, summary: "" }).countries].sort().join(" ")).toBe(countries);
  });

  test.each([
    ["ru", "Российские власти закрыли фонд", "RUS"],
    ["ru", "В Южной Корее и КНДР", "KOR PRK"],
    ["ru", "Того же дня был суд", ""],
    ["ru", "Суд в Того", "TGO"],
    ["ru", "Казахстанские и кыргызские врачи", "KAZ KGZ"],
    ["ar", "السجون المغربية", "MAR"],
    ["ar", "في جنوب السودان", "SSD"],
    ["ar", "غينيا بيساو وغينيا الاستوائية", "GNB GNQ"],
    ["ar", "والدعم المالي للأسر", ""],
    ["ar", "الإبر في بيروت وطرابلس", "LBN"],
    ["ar", "توقيف عشرين شخصاً في طرابلس", "LBY"],
    ["ar", "مداهمات في عمّان بالأردن", "JOR"],
    ["ar", "عمان تنفذ حكماً", "OMN"],
    ["es", "La policía peruana y la boliviana", "BOL PER"],
    ["es", "Los dólares estadounidenses", ""],
    ["es", "Informe en español, inglés y francés", ""],
    ["pt", "A Guiné-Bissau e a Guiné Equatorial", "GNB GNQ"],
    ["pt", "O governo moçambicano", "MOZ"],
    ["fr", "Les prisons ivoiriennes", "CIV"],
    ["fr", "République démocratique du Congo : rafles", "COD"],
    ["fr", "Le Niger, pas le Nigéria", "NER NGA"],
  ])("%s, %s: %s", (language, title, countries) => {
    expect([...classify({ language, title, summary: "" }).countries].sort().join(" ")).toBe(countries);
  });
});

describe("the bodies of a text", () => {
  test.each([
    ["en", "The Human Rights Council and the Human Rights Committee", "ccpr hrc"],
    ["en", "The Committee against Torture meets", "cat"],
    ["en", "The Subcommittee on Prevention of Torture visits", "spt"],
    ["en", "The UN Working Group on Arbitrary Detention finds", "wgad"],
    ["en", "Special Rapporteur on torture reports", "special-procedures"],
    ["en", "The ACHPR Special Rapporteur on prisons reports", "achpr"],
    ["en", "UNAIDS Programme Coordinating Board opens", "unaids-pcb"],
    ["en", "UNAIDS warns", "unaids"],
    ["en", "The High Commissioner for Refugees warns", ""],
    ["en", "World Health Assembly and OAS General Assembly", "who"],
    ["en", "The Third Committee of the UN General Assembly", "unga"],
    ["en", "The Pompidou Group of the Council of Europe", "coe"],
    ["en", "Calls for input: a guide", ""],
    ["es", "El Comité de Derechos Humanos y el Consejo de Derechos Humanos", "ccpr hrc"],
    ["es", "La CIDH y la Corte Interamericana", "iachr"],
    ["es", "La JIFE presenta su informe", "incb"],
    ["fr", "Le Sous-Comité pour la prévention de la torture", "spt"],
    ["fr", "L’OICS et la Commission des stupéfiants", "cnd incb"],
    ["pt", "O SPT e o Comitê contra a Tortura", "cat spt"],
    ["ru", "Комитету по правам человека и Совету по правам человека", "ccpr hrc"],
    ["ru", "МККН и УНП ООН", "incb unodc"],
    ["ar", "اللجنة الفرعية لمنع التعذيب", "spt"],
    ["ar", "لجنة المخدرات", "cnd"],
  ])("%s, %s: %s", (language, title, mechanisms) => {
    expect([...classify({ language, title, summary: "" }).mechanisms].sort().join(" ")).toBe(mechanisms);
  });
});

describe("the lists", () => {
  test("hold words in every language for every sense that counts", () => {
    for (const sense of ["field", "drug", "hint", "people", "hiv", "care", "law", "rights", "penal", "death", "prison", "stake"] as const) {
      const languages = new Set(tables.topics.filter((row) => row.sense === sense).flatMap((row) => row.languages));
      expect([...languages].sort(), sense).toEqual(["ar", "en", "es", "fr", "pt", "ru"]);
    }
  });

  test("name topics that the directory knows", () => {
    const say = speak("en");
    const topics = new Set(tables.topics.flatMap((row) => row.topics));
    expect([...topics].filter((topic) => !say.has(`topic.${topic}`))).toEqual([]);
  });

  test("know a name of every State in every language", () => {
    const states = new Set(tables.places.map((place) => place.iso3).filter((iso3) => iso3 !== ""));
    expect(states.size).toBeGreaterThan(193);
    for (const iso3 of states) {
      const languages = new Set(tables.places.filter((place) => place.iso3 === iso3).flatMap((place) => place.languages));
      expect(languages.size, iso3).toBe(6);
    }
  });

  test("give each reason a sentence", () => {
    const say = speak("en");
    const found = classify({ language: "en", title: "Police seize cocaine; UN experts urge Mexico to end the drug war", summary: "Send your input. The actor, an athlete, spoke of vaccines and climate." });
    expect(found.why.length).toBeGreaterThan(3);
    for (const { reason } of found.why) expect(say.has(`why.${reason}`), reason).toBe(true);
  });
});

describe("a hostile text", () => {
  test.each([
    ["one word without end", "а".repeat(2_000_000)],
    ["one phrase again and again", "people who use drugs ".repeat(100_000)],
    ["openings of many phrases", "call for ".repeat(200_000)],
    ["marks upon marks", `e${"\u0301".repeat(500_000)}`],
    ["halves of pairs", "\ud83d".repeat(100_000)],
  ])("of %s is answered", (_, text) => {
    expect(classify({ title: text, summary: text, content: `${text} ` }).kind).toBeDefined();
  });
});

describe("classify --batch", () => {
  const batch = classifyBatch(classify, speak("en"));

  test("answers every line in its order, also one it cannot read", async () => {
    const input = Readable.from(['{"id":1,"lang":"en","title":"Kenya","summary":"Methadone"}\n', "{broken\n", '{"id":"b","title":7}\n', '{"id":"c"}\n']);
    const lines: unknown[] = [];
    await answerBatch(input, batch, (text) => lines.push(JSON.parse(text)));
    expect(lines).toMatchObject([
      { id: 1, relevant: true, countries: ["KEN"], mechanisms: [], kind: "other" },
      { id: null, error: "not JSON" },
      { id: "b", error: expect.stringContaining("title") },
      { id: "c", relevant: false, countries: [], mechanisms: [], kind: "other", why: [] },
    ]);
  });

  test("says in plain words why", async () => {
    const answer = await answerLine('{"id":1,"title":"Kenya: methadone for people in prison","summary":""}', batch);
    expect(answer).toMatchObject({ why: expect.arrayContaining([expect.stringContaining("methadone"), expect.stringContaining("Kenya")]) });
  });

  test("ends when the input does", async () => {
    const input = new PassThrough();
    input.end();
    await expect(answerBatch(input, batch, () => undefined)).resolves.toBeUndefined();
  });
});
