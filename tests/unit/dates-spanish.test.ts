/** Passages in Spanish. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("lo que se puede hacer", [
  ["El plazo para presentar postulaciones vence el 5 de febrero de 2027 a las 23.59 (hora de Ginebra).", "2027-02-05 23:59 Europe/Zurich"],
  ["Las aportaciones deberán enviarse a más tardar el 15 de marzo de 2027 a las 18:00 horas (hora de Ginebra).", "2027-03-15 18:00 Europe/Zurich"],
  ["Fecha límite: 1 de diciembre de 2026, 12 del mediodía.", "2026-12-01 12:00"],
  ["La Relatora Especial invita a todas las partes interesadas a responder el cuestionario antes del 31 de enero de 2027.", "2027-01-31"],
  ["Inscríbete hasta el viernes 27 de noviembre.", "2026-11-27"],
  ["La convocatoria permanecerá abierta hasta el 10 de enero de 2027 a medianoche, hora de Ciudad de México.", "2027-01-10 24:00 America/Mexico_City"],
  ["Las inscripciones abren el 1 de diciembre y cierran el 15 de diciembre de 2026.", "2026-12-15"],
  ["Súmate a la carta: recibimos firmas hasta el primero de diciembre a las 6 de la tarde.", "2026-12-01 18:00"],
  ["Las solicitudes de audiencia podrán presentarse entre el 25 de noviembre y el 9 de diciembre de 2026.", "2026-12-09"],
  ["El último día para registrarse es el 3/12/2026.", "2026-12-03"],
  ["Tienen hasta el 30 de noviembre para hacernos llegar sus comentarios.", "2026-11-30"],
  ["Envíen sus resúmenes a finales de enero de 2027 como máximo.", "2027-01-31"],
  ["Cierre de inscripciones: 20 de enero de 2027, 17:00 h (GMT-5)", "2027-01-20 17:00 GMT-5"],
  ["No se aceptarán postulaciones después del 8 de enero de 2027.", "2027-01-08"],
  ["La recepción de candidaturas finaliza el día 22 de enero de 2027.", "2027-01-22"],
]);

readTexts("plazos movidos y cerrados", [
  ["Se amplía el plazo hasta el 20 de diciembre de 2026 (antes: 1 de diciembre).", "2026-12-20"],
  ["La convocatoria se prorroga del 30 de noviembre al 15 de diciembre de 2026.", "2026-12-15"],
  ["La convocatoria ya cerró. El plazo era el 15 de diciembre de 2026.", ""],
  ["La inscripción está cerrada.", ""],
]);

readTexts("lo que no es un plazo", [
  ["El 197 período de sesiones se celebrará del 1 al 12 de marzo de 2027.", ""],
  ["El Estado parte deberá presentar su próximo informe periódico a más tardar el 15 de marzo de 2029.", ""],
  ["Los resultados se publicarán antes del 30 de enero de 2027.", ""],
  ["Las postulaciones se abrirán el 1 de febrero de 2027.", ""],
  ["El informe abarca el período comprendido entre el 1 de enero y el 31 de diciembre de 2026.", ""],
  ["El taller tendrá lugar el jueves 3 de diciembre de 2026 a las 15:00 (hora de Bogotá).", ""],
  ["La petición debe presentarse dentro de los seis meses siguientes a la decisión definitiva.", ""],
  ["La Corte notificó la sentencia el 18 de noviembre de 2026 y el Estado debe pagar antes del 18 de noviembre de 2027.", ""],
]);

readTexts("varios plazos", [
  ["Fechas clave:\n• Envío de resúmenes: 15 de enero de 2027\n• Solicitud de becas: 22 de enero de 2027\n• Conferencia: 18 a 22 de julio de 2027", "2027-01-15|2027-01-22"],
  ["Los Estados podrán enviar sus respuestas hasta el 1 de marzo y la sociedad civil hasta el 15 de marzo de 2027.", "2027-03-01|2027-03-15"],
]);
