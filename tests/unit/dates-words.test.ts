/** What a deadline is said to be for, and where its day stands in the text. Read on 20 November 2026. */
import { describe, expect, it } from "vitest";
import { readDeadlines } from "../../feeds/dates/read.ts";
import { dateRules, READ_ON } from "../support/deadlines.ts";

const read = (text: string) => readDeadlines({ text, publishedOn: READ_ON }, dateRules);

describe("what a deadline is for", () => {
  it.each([
    ["All contributions must be received by 18:00 (Geneva time) on 12 March 2027.", ["contributions must be received"]],
    ["Reports must reach the secretariat by 15 March 2027 for the country reviews and by 1 June 2027 for lists of issues.", ["reach the secretariat … for the country reviews", "reach the secretariat … for lists of issues"]],
    ["The deadline is 3 February for written statements and 10 February for oral statements.", ["written statements", "oral statements"]],
    ["We invite you to send written input on drug policy. The deadline is 15 March 2027.", ["send written input on drug policy"]],
    ["Call for written input on prisons\nDeadline: 15 March 2027", ["Call for written input on prisons"]],
    ["Please send us your stories about overdose. It closes on 15 March 2027.", ["send us your stories about overdose"]],
    ["Registration for the side event on 10 March 2027 closes on 3 March 2027.", ["Registration for the side event"]],
    ["Las propuestas se recibirán del 1 al 15 de marzo de 2027.", ["propuestas se recibirán"]],
    ["As inscrições vão até as 23h59 (horário de Brasília) de sexta-feira, 12 de março.", ["inscrições vão"]],
    ["Nous vous invitons à envoyer vos observations écrites. La date limite est le 15 mars 2027.", ["envoyer vos observations écrites"]],
    ["Просим направить письменные материалы. Крайний срок: 15 марта 2027 года.", ["направить письменные материалы"]],
    ["نرجو إرسال المساهمات المكتوبة. الموعد النهائي: 15 مارس 2027", ["إرسال المساهمات المكتوبة"]],
    ["New deadline: 20 December 2026.", ["New deadline"]],
  ])("%s", (text, words) => {
    expect(read(text).map(({ what }) => what)).toEqual(words);
  });
});

describe("where the day of a deadline stands", () => {
  it.each([
    ["Register by 3 March 2027, 12:00 CET.", ["3 March 2027"]],
    ["Envíe sus aportes entre el 1 y el 15 de marzo de 2027.", ["15 de marzo de 2027"]],
    ["Concept notes: 15 January 2027\nFull proposals: 30 April 2027", ["15 January 2027", "30 April 2027"]],
    ["آخر موعد لتقديم المساهمات 5 يناير 2027.", ["5 يناير 2027"]],
  ])("%s", (text, days) => {
    expect(read(text).map(({ from, until }) => text.slice(from, until))).toEqual(days);
  });
});
