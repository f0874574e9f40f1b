/**
 * Words for days, times and lengths in the six languages, as people type them; compared folded (`foldName`), so case and accents do
 * not matter. All languages are understood everywhere: a word is left out where it would mean something else in another language.
 */

/** By month, January first: English, Spanish, French, Russian, Portuguese, Arabic (Egypt and Gulf; Levant and Iraq; Maghreb). */
export const MONTHS: readonly (readonly string[])[] = [
  ["january", "jan", "enero", "ene", "janvier", "janv", "январь", "января", "янв", "janeiro", "يناير", "كانون الثاني", "جانفي"],
  ["february", "feb", "febrero", "février", "fév", "févr", "февраль", "февраля", "фев", "fevereiro", "fev", "فبراير", "شباط", "فيفري"],
  ["march", "mar", "marzo", "mars", "март", "марта", "мар", "março", "مارس", "آذار"],
  ["april", "apr", "abril", "abr", "avril", "avr", "апрель", "апреля", "апр", "أبريل", "إبريل", "نيسان", "أفريل"],
  ["may", "mayo", "mai", "май", "мая", "maio", "مايو", "أيار", "ماي"],
  ["june", "jun", "junio", "juin", "июнь", "июня", "июн", "junho", "يونيو", "يونيه", "حزيران", "جوان"],
  ["july", "jul", "julio", "juillet", "juil", "июль", "июля", "июл", "julho", "يوليو", "يوليه", "تموز", "جويلية"],
  ["august", "aug", "agosto", "août", "август", "августа", "авг", "أغسطس", "آب", "أوت"],
  ["september", "sep", "sept", "septiembre", "setiembre", "septembre", "сентябрь", "сентября", "сен", "сент", "setembro", "set", "سبتمبر", "أيلول"],
  ["october", "oct", "octubre", "octobre", "октябрь", "октября", "окт", "outubro", "out", "أكتوبر", "تشرين الأول"],
  ["november", "nov", "noviembre", "novembre", "ноябрь", "ноября", "ноя", "нояб", "novembro", "نوفمبر", "تشرين الثاني"],
  ["december", "dec", "diciembre", "dic", "décembre", "déc", "декабрь", "декабря", "дек", "dezembro", "dez", "ديسمبر", "كانون الأول"],
];

/** By ISO weekday, Monday first. Russian also in the case that follows "в". "mar" and "mer" are months or other things. */
export const WEEKDAYS: readonly (readonly string[])[] = [
  ["monday", "mon", "lunes", "lundi", "lun", "понедельник", "пн", "segunda", "segunda-feira", "seg", "الاثنين", "الإثنين", "اثنين"],
  ["tuesday", "tue", "tues", "martes", "mardi", "вторник", "вт", "terça", "terça-feira", "ter", "الثلاثاء", "ثلاثاء"],
  ["wednesday", "wed", "miércoles", "mié", "mercredi", "среда", "среду", "ср", "quarta", "quarta-feira", "qua", "الأربعاء", "أربعاء"],
  ["thursday", "thu", "thur", "thurs", "jueves", "jue", "jeudi", "jeu", "четверг", "чт", "quinta", "quinta-feira", "qui", "الخميس", "خميس"],
  ["friday", "fri", "viernes", "vie", "vendredi", "ven", "пятница", "пятницу", "пт", "sexta", "sexta-feira", "sex", "الجمعة", "جمعة"],
  ["saturday", "sat", "sábado", "sáb", "samedi", "sam", "суббота", "субботу", "сб", "السبت", "سبت"],
  ["sunday", "sun", "domingo", "dom", "dimanche", "dim", "воскресенье", "воскресение", "вс", "الأحد", "أحد"],
];

/** Said beside a weekday without changing it: the next one after today is meant. "vem" and "viene": "que vem", "que viene". */
export const BESIDE_WEEKDAY: readonly string[] = [
  "next", "this", "on", "coming", "próximo", "próxima", "este", "esta", "el", "que", "viene", "vem", "prochain", "prochaine", "ce", "le", "в", "во",
  "следующий", "следующую", "следующее", "следующая", "этот", "эту", "это", "ближайший", "ближайшую", "ближайшее", "na", "no", "يوم", "القادم", "القادمة",
  "المقبل", "المقبلة", "هذا", "feira",
];

/** Of these, the ones that may follow the weekday. */
export const AFTER_WEEKDAY: readonly string[] = ["viene", "vem", "próximo", "próxima", "prochain", "prochaine", "القادم", "القادمة", "المقبل", "المقبلة", "feira"];

/** Days from today. */
export const RELATIVE_DAYS: readonly { days: number; words: readonly string[] }[] = [
  { days: 0, words: ["today", "hoy", "aujourd'hui", "сегодня", "hoje", "اليوم"] },
  { days: 1, words: ["tomorrow", "mañana", "demain", "завтра", "amanhã", "غدا", "غدًا", "بكرة"] },
  { days: 2, words: ["day after tomorrow", "the day after tomorrow", "pasado mañana", "après-demain", "послезавтра", "depois de amanhã", "بعد غد", "بعد الغد"] },
];

/** Said before a length that counts from now: "in 3 weeks". */
export const FROM_NOW: readonly string[] = ["in", "within", "en", "dentro de", "dans", "d'ici", "через", "em", "daqui a", "بعد", "خلال", "في غضون"];

/** Stand between the parts of a date and mean nothing to us. */
export const IN_DATES: readonly string[] = ["of", "the", "on", "de", "del", "do", "el", "le", "em", "en", "года", "г", "го", "числа", "في", "من", "يوم", "عام", "سنة", "لعام"];
/** Of these, the ones that may stand last. */
export const AFTER_YEARS: readonly string[] = ["года", "г", "го", "числа"];

export const NUMBERS: readonly (readonly string[])[] = [
  [],
  ["one", "a", "an", "uno", "una", "un", "une", "один", "одна", "одну", "одно", "um", "uma", "واحد", "واحدة"],
  ["two", "dos", "deux", "два", "две", "dois", "duas", "اثنان", "اثنين", "اثنتين"],
  ["three", "tres", "trois", "три", "três", "ثلاثة", "ثلاث"],
  ["four", "cuatro", "quatre", "четыре", "quatro", "أربعة", "أربع"],
  ["five", "cinco", "cinq", "пять", "خمسة", "خمس"],
  ["six", "seis", "шесть", "ستة", "ست"],
  ["seven", "siete", "sept", "семь", "sete", "سبعة", "سبع"],
  ["eight", "ocho", "huit", "восемь", "oito", "ثمانية", "ثماني", "ثمان"],
  ["nine", "nueve", "neuf", "девять", "nove", "تسعة", "تسع"],
  ["ten", "diez", "dix", "десять", "dez", "عشرة", "عشر"],
  ["eleven", "once", "onze", "одиннадцать"],
  ["twelve", "doce", "douze", "двенадцать", "doze"],
];

export type LengthUnit = "Y" | "M" | "W" | "D" | "TH" | "TM";
/** `dual`: Arabic says "two weeks" in one word. A bare "m" is left out: it is a month to some and a minute to others. */
export const UNITS: readonly { unit: LengthUnit; words: readonly string[]; dual: readonly string[] }[] = [
  {
    unit: "D",
    words: ["d", "day", "days", "día", "días", "j", "jour", "jours", "д", "день", "дня", "дней", "дн", "dia", "dias", "يوم", "أيام", "يوما", "يومًا"],
    dual: ["يومان", "يومين"],
  },
  {
    unit: "W",
    words: [
      "w", "wk", "wks", "week", "weeks", "sem", "semana", "semanas", "semaine", "semaines", "н", "нед", "неделя", "недели", "недель", "неделю",
      "أسبوع", "أسابيع", "أسبوعا", "أسبوعًا",
    ],
    dual: ["أسبوعان", "أسبوعين"],
  },
  {
    unit: "M",
    words: ["mo", "month", "months", "mes", "meses", "mois", "мес", "месяц", "месяца", "месяцев", "mês", "شهر", "أشهر", "شهور", "شهرا", "شهرًا"],
    dual: ["شهران", "شهرين"],
  },
  {
    unit: "Y",
    words: ["y", "yr", "yrs", "year", "years", "año", "años", "an", "ans", "année", "années", "год", "года", "лет", "ano", "anos", "سنة", "سنوات", "عام", "أعوام"],
    dual: ["سنتان", "سنتين", "عامان", "عامين"],
  },
  { unit: "TH", words: ["h", "hr", "hrs", "hour", "hours", "hora", "horas", "heure", "heures", "ч", "час", "часа", "часов", "ساعة", "ساعات"], dual: ["ساعتان", "ساعتين"] },
  {
    unit: "TM",
    words: ["min", "mins", "minute", "minutes", "minuto", "minutos", "мин", "минута", "минуты", "минут", "минуту", "دقيقة", "دقائق"],
    dual: ["دقيقتان", "دقيقتين"],
  },
];

export const NOON: readonly string[] = ["noon", "midday", "mediodía", "midi", "полдень", "meio-dia", "الظهر", "ظهرا", "منتصف النهار"];
/** The midnight that ends the day: what is due "by midnight" on a day is due when that day is over. */
export const MIDNIGHT: readonly string[] = ["midnight", "medianoche", "minuit", "полночь", "meia-noite", "منتصف الليل"];
/** Said before a time: "at 18:00", "a las 18". */
export const BEFORE_TIMES: readonly string[] = ["at", "by", "a las", "a la", "al", "à", "a", "в", "до", "às", "ao", "à la", "في", "الساعة", "في الساعة", "عند"];
/** After an hour of the day: "18 h", "18 часов". */
export const HOUR_MARKS: readonly string[] = ["h", "hs", "hrs", "horas", "heures", "heure", "часов", "часа", "час", "ч"];
export const MORNING: readonly string[] = ["am", "a m", "de la mañana", "du matin", "утра", "da manhã", "صباحا", "صباحًا", "ص"];
export const AFTERNOON: readonly string[] = [
  "pm", "p m", "de la tarde", "de la noche", "du soir", "de l'après-midi", "вечера", "дня", "da tarde", "da noite", "مساء", "مساءً", "م",
];
