/** What the columns of a table of dates are called, in the six languages. */

export const COLUMNS = ["id", "title", "start", "end", "deadline", "time", "zone", "link", "status", "text"] as const;
export type Column = (typeof COLUMNS)[number];

/** In small letters, without accents; a header counts when it is one of these, or begins or ends with one as a whole word. */
const NAMES: Record<Column, string> = {
  id: "id,uid,ref,reference,no,number,symbol,code,key,identifier,identifiant,numero,cote,identificador,referencia,simbolo,номер,код,идентификатор,шифр,المعرف,الرقم,رمز",
  title:
    "title,name,event,session,meeting,subject,topic,activity,call,what,summary,body,item,titre,nom,evenement,reunion,seance,sujet,intitule,appel,objet,titulo,nombre,evento,sesion,reunion,asunto,tema,actividad," +
    "convocatoria,nome,sessao,reuniao,assunto,atividade,chamada,название,наименование,событие,мероприятие,сессия,заседание,тема,мандат,орган,العنوان,عنوان,الاسم,الحدث,الدورة,الاجتماع,الموضوع,النشاط",
  start:
    "start,starts,starting,begin,begins,beginning,opening,opens,from,date,dates,day,when,first day,debut,commence,ouverture,du,jour,date de debut,inicio,comienzo,apertura,desde,fecha,dia,inicio em,abertura,de,data," +
    "начало,дата,открытие,день,البداية,تاريخ البدء,بداية,التاريخ,تاريخ,من,اليوم",
  end: "end,ends,ending,finish,closing,closes,until,to,last day,fin,cloture,au,jusqu au,date de fin,final,cierre,hasta,termina,fim,termino,encerramento,ate,конец,окончание,закрытие,по,до,النهاية,تاريخ الانتهاء,نهاية,إلى,حتى",
  deadline:
    "deadline,due,due date,due by,closing date,last date,submission deadline,submit by,cut off,date limite,echeance,delai,limite,fecha limite,plazo,vencimiento,fecha tope,prazo,data limite,vencimento," +
    "срок,крайний срок,срок подачи,дедлайн,الموعد النهائي,آخر موعد,اخر موعد,الموعد,المهلة",
  time: "time,hour,hours,start time,heure,horaire,hora,horario,время,час,الوقت,الساعة",
  zone: "zone,time zone,timezone,tz,fuseau,fuseau horaire,huso horario,zona horaria,fuso,fuso horario,часовой пояс,зона,المنطقة الزمنية",
  link: "link,links,url,uri,web,website,webpage,page,address,lien,site,adresse,enlace,vinculo,pagina,sitio,ligacao,endereco,ссылка,адрес,сайт,страница,الرابط,رابط,الموقع",
  status: "status,state,statut,etat,estado,situacao,статус,состояние,الحالة",
  text: "description,text,details,notes,note,comment,comments,remarks,abstract,texte,remarques,observations,descripcion,detalles,notas,observaciones,descricao,detalhes,observacoes,описание,примечание,примечания,текст,الوصف,التفاصيل,ملاحظات",
};

const byName = new Map<string, Column>(COLUMNS.flatMap((column) => NAMES[column].split(",").map((name) => [plain(name), column] as const)));

/** Small letters without accents, signs as blanks. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Words that say what a date is for stand before words that only say that it is one: "deadline date" is a deadline. */
const STRONGEST: readonly Column[] = ["deadline", "zone", "time", "end", "start", "link", "id", "status", "title", "text"];

/** What a header means; undefined when it is none that we know. */
export function columnOf(header: string): Column | undefined {
  const name = plain(header);
  if (name === "" || name.length > 60) return undefined;
  const exact = byName.get(name);
  if (exact !== undefined) return exact;
  const words = name.split(" ");
  const found = new Set<Column>();
  for (let from = 0; from < words.length; from += 1)
    for (let until = from + 1; until <= words.length; until += 1) {
      // Words of two letters mean too many things inside of others.
      const part = words.slice(from, until).join(" ");
      const column = part.length > 2 ? byName.get(part) : undefined;
      if (column !== undefined && (from === 0 || until === words.length || column === "deadline")) found.add(column);
    }
  return STRONGEST.find((column) => found.has(column));
}

export function statusOf(text: string): "confirmed" | "tentative" | "cancelled" {
  if (/cancel|annul|отмен|ملغ|أُلغ|إلغاء/iu.test(text)) return "cancelled";
  return /tentative|provis|tbc|to be confirmed|a confirmer|à confirmer|por confirmar|a confirmar|предвар|уточн|مؤقت|مبدئي/iu.test(text) ? "tentative" : "confirmed";
}
