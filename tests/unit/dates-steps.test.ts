/** What follows a deadline in a list: a start, a result, a term. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("an entry after a deadline that is not one", [
  ["Apply by 15 January 2027 (start 1 March 2027).", "2027-01-15"],
  ["Deadline: 15 January 2027; 1 March 2027: projects begin.", "2027-01-15"],
  ["Deadline 15 January 2027, panel 1 March 2027, next call 5 June 2027", "2027-01-15"],
  ["Closing date 15 January 2027 – contract runs until 31 December 2027", "2027-01-15"],
  ["Échéance 15 janvier 2027, démarrage 1er mars 2027, prochain appel 5 juin 2027", "2027-01-15"],
  ["Plazo 15 de enero de 2027, comienzo 1 de marzo de 2027, próxima convocatoria 5 de junio de 2027", "2027-01-15"],
  ["Prazo: 15 de janeiro de 2027; início do projeto: 1 de março de 2027; vigência: 31 de dezembro de 2027", "2027-01-15"],
  ["Срок подачи до 15 января 2027 года, старт 1 марта 2027 года, следующий конкурс 5 июня 2027 года", "2027-01-15"],
  ["آخر موعد 15 يناير 2027، البدء 1 مارس 2027، إعلان النتائج 5 يونيو 2027", "2027-01-15"],
]);

readTexts("an entry after a deadline that is one too", [
  ["Deadline for abstracts 15 January 2027, full papers 1 March 2027, conference 5 June 2027.", "2027-01-15|2027-03-01"],
  ["Announcement: the call for papers closes on 15 January 2027.", "2027-01-15"],
  ["Contrato de un año. Postule hasta el 15 de enero de 2027.", "2027-01-15"],
]);
