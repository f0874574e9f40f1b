/** Passages in Portuguese. Read on 20 November 2026. */
import { readTexts } from "../support/deadlines.ts";

readTexts("o que ainda se pode fazer", [
  ["A data limite para envio de contribuições é 10 de fevereiro de 2027, às 23h59 (horário de Brasília).", "2027-02-10 23:59 America/Sao_Paulo"],
  ["As inscrições estão abertas até às 18h do dia 30 de novembro de 2026.", "2026-11-30 18:00"],
  ["As organizações interessadas devem enviar suas propostas até 15 de janeiro de 2027.", "2027-01-15"],
  ["O prazo termina a 5 de janeiro de 2027, ao meio-dia.", "2027-01-05 12:00"],
  ["Inscreva-se até sexta-feira, 4 de dezembro.", "2026-12-04"],
  ["Assine a carta aberta até o dia 1º de dezembro!", "2026-12-01"],
  ["Submissões: de 1 a 31 de janeiro de 2027.", "2027-01-31"],
  ["O edital recebe candidaturas entre 1 e 20 de dezembro de 2026.", "2026-12-20"],
  ["Último dia para responder ao inquérito: 12/12/2026 (meia-noite, hora de Lisboa).", "2026-12-12 24:00 Europe/Lisbon"],
  ["As candidaturas encerram-se em 28 de fevereiro de 2027.", "2027-02-28"],
  ["Os relatórios alternativos devem chegar ao Comité, o mais tardar, em 8 de fevereiro de 2027.", "2027-02-08"],
  ["Pedimos que confirmem a presença até 2 de dezembro, às 17h00.", "2026-12-02 17:00"],
  ["Comentários ao projeto são aceites até ao final de março de 2027.", "2027-03-31"],
  ["Não serão aceitas inscrições após 10 de janeiro de 2027.", "2027-01-10"],
]);

readTexts("prazos alterados e encerrados", [
  ["Prazo prorrogado para 20 de dezembro de 2026 (antes era 1 de dezembro).", "2026-12-20"],
  ["As inscrições encerraram no dia 1 de novembro.", ""],
  ["A chamada está encerrada. Prazo: 15 de dezembro de 2026.", ""],
]);

readTexts("o que não é prazo", [
  ["A 70.ª sessão da Comissão de Entorpecentes realiza-se em Viena de 15 a 19 de março de 2027.", ""],
  ["O relatório nacional deve ser entregue pelo Estado até 2 de agosto de 2027.", ""],
  ["O resultado será divulgado até 30 de janeiro de 2027.", ""],
  ["As inscrições abrem em 1 de fevereiro de 2027.", ""],
  ["O seminário acontece na quinta-feira, 3 de dezembro de 2026, às 15h.", ""],
  ["O inquérito analisou as mortes ocorridas entre 1 de janeiro e 31 de dezembro de 2025.", ""],
  ["A lei entra em vigor em 1 de janeiro de 2027.", ""],
]);

readTexts("vários prazos", [
  ["Resumos até 15 de janeiro; bolsas até 22 de janeiro; inscrição com desconto até 31 de março de 2027.", "2027-01-15|2027-01-22|2027-03-31"],
]);
