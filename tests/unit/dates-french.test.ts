/** Passages in French. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("ce qui est à faire", [
  ["Les contributions écrites doivent parvenir au Secrétariat au plus tard le 15 mars 2027 à 18h00 (heure de Genève).", "2027-03-15 18:00 Europe/Zurich"],
  ["Date limite d'envoi des contributions : 1er mars 2027 à minuit (heure de Genève). La session se tiendra du 22 février au 2 avril 2027.", "2027-03-01 24:00 Europe/Zurich"],
  ["La société civile est invitée à soumettre ses rapports alternatifs avant le 8 février 2027.", "2027-02-08"],
  ["Vous avez jusqu'au dimanche 29 novembre pour signer la lettre ouverte.", "2026-11-29"],
  ["Les candidatures sont ouvertes du 1er décembre 2026 au 15 janvier 2027.", "2027-01-15"],
  ["Inscrivez-vous d'ici le 3 décembre pour participer au webinaire du 10 décembre.", "2026-12-03"],
  ["Délai de soumission des résumés : vendredi 22 janvier 2027, 23 h 59 CET.", "2027-01-22 23:59 CET"],
  ["L'appel à contributions est ouvert jusqu'au 31 janvier 2027 inclus.", "2027-01-31"],
  ["Les inscriptions seront closes le 5 février 2027 à midi.", "2027-02-05 12:00"],
  ["Merci de renvoyer le questionnaire pour le 12 décembre au plus tard.", "2026-12-12"],
  ["Postulez avant fin janvier 2027 !", "2027-01-31"],
  ["Les ONG dotées du statut consultatif peuvent demander une salle jusqu’au 15 janvier 2027, à 17 heures, heure de Vienne.", "2027-01-15 17:00 Europe/Vienna"],
  ["Dépôt des dossiers : 28/02/2027. Résultats : 30/04/2027.", "2027-02-28"],
  ["La clôture des candidatures est fixée au lundi 11 janvier 2027.", "2027-01-11"],
  ["Aucune candidature ne sera acceptée après le 10 janvier 2027.", "2027-01-10"],
  ["États et autres parties prenantes : merci d'adresser vos réponses avant le 1er avril 2027.", "2027-04-01"],
]);

readTexts("dates déplacées, appels clos", [
  ["La date limite est prolongée jusqu'au 28 février 2027 (au lieu du 31 janvier).", "2027-02-28"],
  ["Le délai, initialement fixé au 15 décembre 2026, est reporté au 10 janvier 2027.", "2027-01-10"],
  ["L'appel est désormais clos. La date limite était le 30 novembre 2026.", ""],
  ["Les inscriptions se sont clôturées le 1er novembre 2026.", ""],
]);

readTexts("ce qui n'est pas un délai", [
  ["La soixante-dixième session de la Commission des stupéfiants aura lieu à Vienne du 15 au 19 mars 2027.", ""],
  ["Les inscriptions ouvriront le 1er février 2027.", ""],
  ["L'État partie est prié de soumettre son prochain rapport périodique avant le 15 mars 2029.", ""],
  ["Le rapport, publié le 18 novembre 2026, couvre la période du 1er janvier au 31 décembre 2025.", ""],
  ["Les lauréats seront informés avant le 30 janvier 2027.", ""],
  ["La loi est entrée en vigueur le 3 décembre 2026 et doit être évaluée avant le 3 décembre 2029.", ""],
  ["Le webinaire se déroulera le jeudi 3 décembre 2026 de 14h à 16h (heure de Paris).", ""],
  ["Le mandat du Rapporteur spécial a été prolongé jusqu'au 31 mars 2029.", ""],
  ["Sénégal : dix personnes arrêtées le 12 novembre devraient être jugées avant le 20 décembre.", ""],
]);

readTexts("plusieurs délais", [
  ["Calendrier\n- Ouverture de l'appel : 1er décembre 2026\n- Date limite pour les questions : 15 décembre 2026\n- Date limite de dépôt : 31 janvier 2027\n- Annonce des résultats : 15 mars 2027", "2026-12-15|2027-01-31"],
  ["La date limite est le 5 janvier pour les notes conceptuelles et le 2 mars 2027 pour les propositions complètes.", "2027-01-05|2027-03-02"],
]);
