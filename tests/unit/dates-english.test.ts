/** Passages in English, as bodies, networks and mailing lists write them. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("calls for input and submissions", [
  ["Please send written submissions by 18:00 (Geneva time) on 15 March 2027 to the Secretariat.", "2027-03-15 18:00 Europe/Zurich"],
  ["The Special Rapporteur invites all stakeholders to submit inputs for his next report. Inputs may be sent in English, French or Spanish by e-mail. They will be accepted until 31 January 2027.", "2027-01-31"],
  ["All submissions should reach the Secretariat no later than Friday, 5 February 2027, midnight (Geneva time). The report will be presented to the Human Rights Council in June 2027.", "2027-02-05 24:00 Europe/Zurich"],
  ["Call for input: human rights and drug policy\nDeadline:\n15 March 2027\nPurpose: to inform the report to the 66th session of the Council, 14 June to 9 July 2027", "2027-03-15"],
  ["Stakeholder submissions for the 56th session of the UPR Working Group are due on 26 March 2027 at 3 p.m. Geneva time; national reports are due on 2 August 2027.", "2027-03-26 15:00 Europe/Zurich"],
  ["The Committee will consider the report of Norway at its 80th session, from 8 to 26 March 2027. Alternative reports from civil society must be received by 8 February 2027.", "2027-02-08"],
  ["We would welcome your comments on the draft general comment. The last day for sending them is the fifteenth of January 2027.", "2027-01-15"],
  ["By 12 December 2026, civil society organisations are invited to share case studies on compulsory drug detention.", "2026-12-12"],
  ["Submissions received after 10 January 2027 will not be considered.", "2027-01-10"],
  ["Evidence can be submitted until the end of February 2027.", "2027-02-28"],
  ["Send us your stories by 4 December, end of day.", "2026-12-04"],
  ["Contributions: 1,500 words at most. Due: 01/02/2027.", "2027-02-01"],
]);

readTexts("registering, nominating, applying, signing", [
  ["Registration for the side event on 10 March 2027 closes on 3 March 2027 at 12 noon CET.", "2027-03-03 12:00 CET"],
  ["Nominations for the Drug User Memorial Award must be submitted before 17:00 EAT on 30 November 2026.", "2026-11-30 17:00 EAT"],
  ["Sign on! We are collecting signatures until Sunday 29 November, 11:59 pm New York time. The letter will be delivered on 1 December, World AIDS Day.", "2026-11-29 23:59 America/New_York"],
  ["To sign up to speak at the intersessional meeting (7–9 December), write to the VNGOC by 1 December 2026, 17:00 Vienna time.", "2026-12-01 17:00 Europe/Vienna"],
  ["Applications for the small grants open on 1 December 2026 and close on 15 January 2027. Decisions will be announced by 1 March 2027.", "2027-01-15"],
  ["Scholarship applications: 5 January 2027\nAbstract submission: 12 January 2027\nNotification of authors: 30 March 2027\nConference: 18–22 July 2027", "2027-01-05|2027-01-12"],
  ["The list of speakers will open on 2 February 2027 and close on 9 February 2027 at 1 p.m.", "2027-02-09 13:00"],
  ["NGOs in consultative status may request a side event room until 15 January 2027 (18:00 CET).", "2027-01-15 18:00 CET"],
  ["Between 1 and 15 March 2027 you may register through Indico.", "2027-03-15"],
  ["Register by Friday to get the link.", "2026-11-20"],
  ["Please confirm your participation by tomorrow, 6 p.m.", "2026-11-21 18:00"],
  ["RSVP by 25 Nov.", "2026-11-25"],
  ["To join the civil society delegation, please fill in the form by COB on 27 November.", "2026-11-27"],
  ["Endorse the statement before 10 December 2026!", "2026-12-10"],
  ["Early bird registration ends 31 March 2027; regular registration ends 15 June 2027.", "2027-03-31|2027-06-15"],
]);

readTexts("dates that moved", [
  ["The deadline has been extended to 28 February 2027 (was 31 January 2027).", "2027-02-28"],
  ["UPDATE: deadline extended from 15 December 2026 to 10 January 2027.", "2027-01-10"],
  ["New deadline: 20 December 2026. The original deadline was 1 December 2026.", "2026-12-20"],
  ["Due to many requests, we have extended the call for abstracts until 22 January 2027 instead of 8 January.", "2027-01-22"],
  ["Extended deadline! Submissions are now due by 5 March 2027, 23:59 UTC+2.\n\nBackground: inputs were to be sent by 5 February 2027.", "2027-03-05 23:59 UTC+2"],
]);

readTexts("what is no deadline", [
  ["The call for input closed on 1 November 2026.", ""],
  ["This call is now closed. Deadline: 15 December 2026.", ""],
  ["Registration is closed. You can still submit questions in writing until 2 December 2026.", "2026-12-02"],
  ["The 70th session of the Commission on Narcotic Drugs will take place in Vienna from 15 to 19 March 2027.", ""],
  ["The State party is requested to submit its next periodic report by 15 March 2028.", ""],
  ["Complaints must be submitted within six months of the final decision. The treaty entered into force on 3 January 2027.", ""],
  ["The report covers the period between 1 January and 31 December 2026.", ""],
  ["Submissions open on 1 February 2027.", ""],
  ["The webinar on 3 December 2026 at 15:00 CET will discuss overdose prevention.", ""],
  ["Successful applicants will be informed by 30 January 2027.", ""],
  ["Governments pledged to end AIDS by 31 December 2030.", ""],
  ["Published on 18 November 2026. The Court will deliver its judgment on 2 December 2026.", ""],
  ["Indonesia: four people face execution by 5 December 2026, lawyers say.", ""],
  ["The Council decided to extend the mandate of the Special Rapporteur until 31 March 2029.", ""],
  ["See A/HRC/62/45, https://example.org/2027/03/15/report and resolution 48/13.", ""],
  ["He was arrested on 12 March 2027 and released before 1 April.", ""],
  ["The meeting of 9 December has been postponed to 16 December 2026.", ""],
]);

readTexts("two audiences and several steps", [
  ["States should send their replies by 1 March 2027; civil society organisations by 15 March 2027.", "2027-03-01|2027-03-15"],
  ["Member States are invited to submit their comments by 1 March 2027.", ""],
  ["Deadline for ECOSOC-accredited NGOs: 1 February 2027. Deadline for other civil society organisations: 10 February 2027.", "2027-02-01|2027-02-10"],
  ["The deadline is 3 February for written statements and 10 February for oral statements.", "2027-02-03|2027-02-10"],
  ["States and other stakeholders are invited to respond to the questionnaire by 1 April 2027.", "2027-04-01"],
  ["Key deadlines\n• Concept notes – 15 January 2027\n• Full proposals – 30 April 2027", "2027-01-15|2027-04-30"],
  ["Expressions of interest are due 5 January, and full proposals 2 March 2027.", "2027-01-05|2027-03-02"],
]);

readTexts("numbers and years", [
  ["Deadline: 12/15/2026. Please apply online.", "2026-12-15"],
  ["Deadline for abstracts: 02/01/2027. Early registration until 03/31/2027.", "2027-02-01|2027-03-31".replace("2027-02-01", "2027-02-01")],
  ["Apply by 2027-03-15.", "2027-03-15"],
  ["Apply by 15.03.2027, 23.59 CET.", "2027-03-15 23:59 CET"],
  ["Apply by March 15th, 2027 at 5 PM (Eastern Time).", "2027-03-15 17:00 Eastern Time"],
  ["Apply by 3 March.", "2027-03-03"],
  ["Apply by 15-Mar-2027 24:00 GMT.", "2027-03-15 24:00 GMT"],
  ["Closing date: Monday 11 January 2027, 9.00am (UK time)", "2027-01-11 09:00 Europe/London"],
]);

readTexts("long and noisy letters", [
  [
    "NEWSLETTER 47 – 19 November 2026\n\nHello all,\n\nlast week our members met in Bangkok (9-12 November). Photos are online.\n\n1. CND intersessional\nThe intersessional meeting takes place on 3 and 4 December 2026. Registration is open until 27 November 2026 through the Indico page.\n\n2. World AIDS Day\nOn 1 December we launch our report. Join us at 14:00 CET!\n\n3. Call for artists\nWe are looking for posters for Support. Don't Punish. Send your drafts to the team before 10 January 2027.\n\n4. Jobs\nHarm Reduction International seeks a policy lead (start date: 1 March 2027). Apply by 6 December 2026 at 23:59 GMT. Interviews will be held in the week of 14 December 2026.\n",
    "2026-11-27|2027-01-10|2026-12-06 23:59 GMT",
  ],
]);
