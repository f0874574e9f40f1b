/** An hour and its zone between "by" and the day, in six languages. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("an hour and its zone that stand before the day", [
  ["Your submission must arrive by 5 p.m. CET on Friday, 12 March 2027.", "2027-03-12 17:00 CET"],
  ["Applications should arrive no later than 11:59 pm, New York time, on Friday 12 March.", "2027-03-12 23:59 America/New_York"],
  ["Proposals must reach us before midnight on 12 March 2027 (Vienna time).", "2027-03-12 24:00 Europe/Vienna"],
  ["Las propuestas deben llegar antes de las 18 horas, hora de Bogotá, del viernes 12 de marzo.", "2027-03-12 18:00 America/Bogota"],
  ["Se aceptarán solicitudes hasta las 23:59 (hora de Ciudad de México) del 12 de marzo.", "2027-03-12 23:59 America/Mexico_City"],
  ["As contribuições devem ser enviadas até as 18h (horário de Brasília) do dia 12 de março de 2027.", "2027-03-12 18:00 America/Sao_Paulo"],
  ["Envie a sua proposta até às 18h00, horário de Lisboa, de 12 de março.", "2027-03-12 18:00 Europe/Lisbon"],
  ["As candidaturas devem chegar antes das 17h (hora de Genebra) do dia 12 de março.", "2027-03-12 17:00 Europe/Zurich"],
  ["Envoyez vos contributions avant 18 h, heure de Genève, le 12 mars 2027.", "2027-03-12 18:00 Europe/Zurich"],
  ["Les candidatures doivent arriver avant 18h00 (heure de Paris) le vendredi 12 mars.", "2027-03-12 18:00 Europe/Paris"],
  ["Просим направлять материалы до 18:00 (по московскому времени) 12 марта 2027 года.", "2027-03-12 18:00 Europe/Moscow"],
  ["Материалы должны поступить до 17 часов по времени Вены в пятницу 12 марта.", "2027-03-12 17:00 Europe/Vienna"],
  ["يرجى إرسال المساهمات قبل الساعة 18:00 بتوقيت جنيف من يوم 12 مارس 2027.", "2027-03-12 18:00 Europe/Zurich"],
  ["تستقبل الطلبات حتى الساعة 17:00 (بتوقيت القاهرة) من يوم الجمعة 12 مارس.", "2027-03-12 17:00 Africa/Cairo"],
  ["The webinar starts at 15:00 CET on Friday, 12 March 2027.", ""],
]);
