/** Links in the shipped files: several in a cell, separated by ` ; `, some of them only the name of a site. */
import { type HttpsUrl, isHttps } from "./message.ts";

/** The first that is plain https, or "". */
export function firstLink(cell: string): HttpsUrl | "" {
  return cell.split(" ; ").map((part) => part.trim()).find(isHttps) ?? "";
}
