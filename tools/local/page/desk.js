"use strict";

const WORDS = {
  "zh-CN": {
    title: "警钟 · 规则编写台", other: "English", outbox: "发件箱", text: "投诉原文", go: "试一试", notAsked: "未问", yes: "是", no: "否",
    danger_now: "此刻有危险？", can_be_reached: "联系得上？", relation: "投诉人与当事人", channel: "渠道", lang: "自称语言", attributes: "属性（名=值）",
    suspect: "存疑", ordinary: "普通投诉，不传呼", read: "文字", fired: "命中", nothing: "没有规则命中。", shadow: "试运行，不计",
    nearly: "差一点命中", nothingNear: "没有相近的。", more: "另有 {n} 项更远。", pages: "谁会在何时被传呼（无人处置时）", nobody: "五天内不传呼任何人。",
    first: "首次", messages: "{n} 条", keyFired: "使规则命中", keyNear: "相近", why: "为什么：", language: "语言：{l}", zh: "中文", en: "英文", unknown: "无法判断",
    error: "其条件无法回答：", K5: "未回电", K6: "资料未到", d: "{n} 天", rung: "梯级",
    owner: "值班负责人", safety_specialist: "安全专员", owner_second: "第二负责人", duty_director: "值班总监", head_of_safety: "安全主管",
    executive_sponsor: "高管", data_owner: "资料负责人", data_head: "资料部门主管", fallback: "兜底联系人", auditor: "审计",
  },
  en: {
    title: "Tocsin · Policy desk", other: "中文", outbox: "Outbox", text: "The complaint", go: "Try it", notAsked: "not asked", yes: "yes", no: "no",
    danger_now: "In danger now?", can_be_reached: "Can be reached?", relation: "Relation", channel: "Channel", lang: "Claimed language", attributes: "Attributes (name=value)",
    suspect: "suspect", ordinary: "ordinary, nobody is paged", read: "The text", fired: "Fired", nothing: "No rule fired.", shadow: "shadow: counts for nothing yet",
    nearly: "Nearly fired", nothingNear: "Nothing came near.", more: "{n} more, further off.", pages: "Who would be paged when, if nobody acts", nobody: "Nobody within five days.",
    first: "first", messages: "{n} messages", keyFired: "made a rule fire", keyNear: "near", why: "Why: ", language: "language: {l}", zh: "Chinese", en: "English", unknown: "unknown",
    error: "Its condition could not be answered: ", K5: "no call", K6: "data pack", d: "{n} d", rung: "rung",
    owner: "owner", safety_specialist: "safety specialist", owner_second: "second owner", duty_director: "duty director", head_of_safety: "head of safety",
    executive_sponsor: "executive sponsor", data_owner: "data owner", data_head: "head of data", fallback: "last resort", auditor: "auditor",
  },
};
const SAMPLES = {
  "zh-CN": ["充电宝在楼道里冒烟了，孩子还在屋里", "我妈已经五个小时没消息了，手机关机", "如果着火了怎么办？", "气死我了，退款还没到"],
  en: ["The power bank is smoking in the hallway and my kids are inside", "My sister has not answered in four hours", "The charger is warm. Nothing melted", "My refund is late, this is killing me"],
};

const asked = new URLSearchParams(location.search);
let language = asked.get("lang") || localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh-CN" : "en");
if (!WORDS[language]) language = "en";
let last = null;

function say(name, values = {}) {
  return (WORDS[language][name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

function make(tag, kind, ...inside) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  node.append(...inside.filter((part) => part !== null && part !== ""));
  return node;
}

function clock(minutes) {
  const days = Math.floor(minutes / 1440);
  const rest = `${Math.floor((minutes % 1440) / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  return days ? `${say("d", { n: days })} ${rest}` : rest;
}

// Offsets count code points, as Python does; nothing that was typed is ever read as HTML.
function marked(found) {
  const points = Array.from(found.text);
  const parts = [];
  let at = 0;
  for (const [start, end, how, concept] of found.marks) {
    const mark = make("mark", how === "fired" ? `fired m-${found.tier}` : "near", points.slice(start, end).join(""));
    mark.title = concept;
    parts.push(points.slice(at, start).join(""), mark);
    at = end;
  }
  return make("p", "read", ...parts, points.slice(at).join(""));
}

function held(one) {
  const says = one.says[language] ?? one.says.en ?? "";
  const pieces = one.pieces.flatMap(([concept, words], n) => [n ? " · " : "", make("code", "", concept), ` “${words}”`]);
  return make("div", "held", make("div", "", make("b", "", one.name), says ? ` — ${says}` : ""), make("div", "", ...pieces));
}

function tag(tier, suspect) {
  return make("span", `tag tier ${tier}`, tier + (suspect ? ` ${say("suspect")}` : ""));
}

function rule(one) {
  return make("article", `card rule c-${one.tier}`,
    make("div", "row", tag(one.tier, one.suspect), make("b", "", one.title[language] ?? one.title.en),
      make("code", "soft", one.policy), one.live ? "" : make("span", "tag", say("shadow"))),
    make("p", "soft", say("why") + one.why),
    one.error ? make("p", "error", say("error") + one.error) : "",
    ...one.held.map(held));
}

function paged(one) {
  return make("li", "coming", make("span", "when", clock(one.at)),
    make("span", "who", say(one.role), one.why === "rung" ? "" : make("span", "soft", ` (${say(one.why)})`)),
    make("span", "soft", say("messages", { n: one.messages })));
}

function show() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  document.getElementById("language").textContent = say("other");
  document.getElementById("samples").replaceChildren(...SAMPLES[language].map((text) => {
    const button = make("button", "sample", text.length > 22 ? `${text.slice(0, 21)}…` : text);
    button.type = "button";
    button.onclick = () => { document.getElementById("text").value = text; ask(); };
    return button;
  }));
  const answer = document.getElementById("answer");
  if (!last) return answer.replaceChildren();
  if (last.error) return answer.replaceChildren(make("div", "card error", last.error));
  const top = make("section", "card",
    make("div", "row", tag(last.tier, last.suspect),
      last.tier === "S4" ? make("span", "soft", say("ordinary")) : "",
      make("span", "soft push", say("language", { l: say(last.language) }))),
    marked(last),
    make("div", "row key soft", make("mark", `fired m-${last.tier}`, say("keyFired")), make("mark", "near", say("keyNear"))));
  const near = last.near.map((one) => make("p", "", make("code", "", one.about), " ", one.why[language]));
  if (last.more) near.push(make("p", "soft", say("more", { n: last.more })));
  answer.replaceChildren(top, make("div", "two",
    make("section", "",
      make("h2", "", say("fired")), ...(last.fired.length ? last.fired.map(rule) : [make("div", "card empty", say("nothing"))]),
      make("h2", "", say("nearly")), make("div", "card near", ...(near.length ? near : [make("p", "soft", say("nothingNear"))]))),
    make("section", "",
      make("h2", "", say("pages")),
      last.pages.length ? make("div", "card", make("ol", "", ...last.pages.map(paged))) : make("div", "card empty", say("nobody")))));
}

async function ask() {
  const question = Object.fromEntries(new FormData(document.getElementById("ask")));
  try {
    const answer = await fetch("/desk/try", { method: "POST", body: JSON.stringify(question) });
    last = await answer.json();
  } catch (error) {
    last = { error: String(error) };
  }
  show();
}

document.getElementById("ask").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
document.getElementById("language").onclick = () => {
  language = language === "en" ? "zh-CN" : "en";
  localStorage.setItem("language", language);
  show();
};
show();
if (asked.get("text")) {
  document.getElementById("text").value = asked.get("text");
  ask();
}
