/** Calls that a text tells of in a past tense, the year left out. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("what was to be done by a day without a year", [
  ["Applications could be submitted until 3 November.", ""],
  ["The deadline for input was 3 November. We thank everyone.", ""],
  ["El plazo vencía el 5 de noviembre y recibimos 40 aportes.", ""],
  ["Se podían enviar propuestas hasta el 5 de noviembre.", ""],
  ["As inscrições podiam ser feitas até 5 de novembro.", ""],
  ["O prazo para contribuições terminava a 5 de novembro.", ""],
  ["La date limite de soumission était fixée au 5 novembre.", ""],
  ["Les contributions pouvaient être envoyées jusqu'au 5 novembre.", ""],
  ["Заявки принимались до 5 ноября.", ""],
  ["Срок подачи заявок истёк 5 ноября.", ""],
  ["كان يمكن إرسال المساهمات حتى 5 نوفمبر.", ""],
  ["انتهت مهلة تقديم الطلبات في 5 نوفمبر.", ""],
]);

readTexts("what is still to come beside a past tense", [
  ["The first round closed on 3 November; send your proposal for the second by 15 July.", "2027-07-15"],
  ["The deadline was moved and has been extended to 15 July.", "2027-07-15"],
  ["The questionnaire that was given to you in October must be returned by 1 July.", "2027-07-01"],
  ["El informe fue publicado en octubre y pueden enviarse comentarios hasta el 1 de julio.", "2027-07-01"],
  ["Опрос был запущен в октябре, ответы принимаются до 1 июля.", "2027-07-01"],
  ["The call was launched in October; you can apply until 15 January.", "2027-01-15"],
]);
