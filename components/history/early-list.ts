import { fillSorts, tradeSorts } from "@/protocol/history-sorts";
import { filterNames, windowRows } from "./list-query";

/** The question that was asked before the page's scripts were there. */
type EarlyList = { readonly path: string; readonly response: Promise<Response> };

declare global {
  interface Window {
    heliographEarlyList?: EarlyList | undefined;
  }
}

/**
 * Asks for the first rows as soon as the page's first bytes are read, while its scripts are still on their way: the
 * database's time and theirs pass together. A constant of this file, so nothing from outside is in it; a test compares
 * its question with the one the page would ask.
 */
export const earlyListScript = `try{(()=>{
const given=new URLSearchParams(location.search),asked=new URLSearchParams();
const tab=given.get("tab")==="trades"?"trades":"fills";
const sorts=${JSON.stringify({ fills: fillSorts, trades: tradeSorts })}[tab],sort=given.get("sort");
for(const name of ${JSON.stringify(filterNames)})if(given.get(name))asked.set(name,given.get(name));
asked.set("sort",sorts.includes(sort)?sort:"time");
asked.set("order",given.get("order")==="asc"?"asc":"desc");
asked.set("offset","0");
asked.set("limit","${windowRows}");
const path=tab+"?"+asked,response=fetch("/api/history/"+path);
response.catch(()=>{});
window.heliographEarlyList={path,response};
})()}catch{}`;

/** The answer to a question that was asked early, once; null when it was not. */
export function takeEarlyList(path: string): Promise<Response> | null {
  const early = window.heliographEarlyList;
  if (early?.path !== path) return null;
  window.heliographEarlyList = undefined;
  return early.response;
}
