"use strict";

const WORDS = {
  "zh-CN": {
    title: "警钟 · 发件箱", other: "English", messages: "短信与邮件", cases: "未结案件",
    live: "实时", lost: "连接已断", noMessages: "还没有发出任何短信或邮件。",
    noCases: "没有未结案件。用控制台上打印的 curl 报一起。",
    sms: "短信", email: "邮件", segments: "条", segmentsMany: "条", units: "字", repeat: "重发", rungTag: "第 {n} 级",
    classified: "已定级", paged: "已传呼", acknowledged: "已认领", acting: "处置中",
    suspect: "存疑", open: "已开 {t}", fired: "已响 {t}", coming: "还有 {t}", now: "正在响", held: "暂缓",
    empty: "无人值班", off: "不再响", again: "{t} 后再次传呼", waiting: "{n} 个传呼在途", failed: "{n} 个传呼失败",
    nobody: "还没有人认领", owns: "{who} 已认领 {t}", voided: "{who} 曾认领，已失效 {t}", did: "{who} 已采取措施：{what} {t}",
    s: "{n} 秒", m: "{n} 分", h: "{n} 小时", d: "{n} 天", wd: "{n} 工作日",
    left: "剩 {t}", late: "超时 {t}", lapsed: "已超时 {t}", vendor: "客服商",
    subject_frozen: "已停用涉事方", reporter_reached_safe: "投诉人已联系上且安全", person_reached_safe: "当事人已联系上且安全",
    authority_informed: "已报警或通知主管部门", service_shut: "已停止服务", site_visited: "已到现场", recall_decided: "已决定召回",
    K3: "认领", K4: "保护措施", K9: "回音", K10: "解决",
    reporter: "投诉人", owner: "值班负责人", safety_specialist: "安全专员", owner_second: "第二负责人", duty_director: "值班总监",
    head_of_safety: "安全主管", executive_sponsor: "高管", fallback: "兜底联系人",
  },
  en: {
    title: "Tocsin · Outbox", other: "中文", messages: "Texts and mails", cases: "Open cases",
    live: "live", lost: "connection lost", noMessages: "Nothing has been sent yet.",
    noCases: "No open case. Make one with a curl from the console.",
    sms: "SMS", email: "email", segments: "segment", segmentsMany: "segments", units: "used", repeat: "repeat", rungTag: "rung {n}",
    classified: "classified", paged: "paged", acknowledged: "acknowledged", acting: "acting",
    suspect: "suspect", open: "open {t}", fired: "rang {t}", coming: "in {t}", now: "ringing", held: "held",
    empty: "nobody on call", off: "called off", again: "pages again in {t}", waiting: "{n} pages under way", failed: "{n} pages failed",
    nobody: "Nobody owns it yet", owns: "Owned by {who} {t}", voided: "Was owned by {who}, no longer {t}", did: "{who} acted: {what} {t}",
    s: "{n} s", m: "{n} min", h: "{n} h", d: "{n} d", wd: "{n} wd",
    left: "{t} left", late: "late by {t}", lapsed: "lapsed {t}", vendor: "vendor",
    subject_frozen: "subject frozen", reporter_reached_safe: "reporter reached, safe", person_reached_safe: "person reached, safe",
    authority_informed: "authority informed", service_shut: "service shut", site_visited: "site visited", recall_decided: "recall decided",
    K3: "own it", K4: "protect", K9: "tell reporter", K10: "resolve",
    reporter: "reporter", owner: "owner", safety_specialist: "safety specialist", owner_second: "second owner", duty_director: "duty director",
    head_of_safety: "head of safety", executive_sponsor: "executive sponsor", fallback: "last resort",
  },
};

const at = new URLSearchParams(location.search).get("lang");
let language = at || localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh-CN" : "en");
if (!WORDS[language]) language = "en";
let last = null;
let shownMessages = "";

function say(name, values = {}) {
  const text = WORDS[language][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

function make(tag, kind, ...inside) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  node.append(...inside.filter((part) => part !== null && part !== ""));
  return node;
}

function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  if (s >= 172800) return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
  if (s >= 3600) return `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}

// "0s", "3m", "1wd" as the ladder writes them.
function after(text) {
  const [, n, unit] = /^(\d+)(\w+)$/.exec(text) ?? [];
  return unit ? say(n === "0" ? "m" : unit, { n }) : text;
}

function clock(ms) {
  return ms ? new Date(ms).toLocaleTimeString(language, { hour12: false }) : "";
}

// Links are made of text that looks like one; nothing that was sent is ever read as HTML.
function linked(text) {
  return text.split(/(https?:\/\/[^\s，。]+)/).map((part) => {
    if (!/^https?:\/\//.test(part)) return part;
    const link = make("a", "", part);
    link.href = part;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  });
}

function message(m) {
  const top = make("div", "row",
    make("b", "", m.name || m.to),
    make("span", "soft", m.name ? m.to : ""),
    make("span", "soft push", clock(m.at)));
  const tags = make("div", "row", make("span", "tag", say(m.kind)));
  if (m.role) tags.append(make("span", "tag", say(m.role)));
  if (m.role && m.role !== "reporter") tags.append(make("span", "tag", say("rungTag", { n: m.rung })));
  if (m.repeat) tags.append(make("span", "tag repeat", say("repeat")));
  if (m.size) {
    const much = `${m.size.segments} ${say(m.size.segments > 1 ? "segmentsMany" : "segments")} · ${m.size.used}/${m.size.room} ${m.size.encoding}`;
    tags.append(make("span", m.size.segments > 1 ? "tag many" : "tag", much));
  }
  return make("article", `card ${m.kind}`, top, tags,
    m.subject ? make("p", "subject", m.subject) : "",
    make("p", "text", ...linked(m.text.trim())));
}

function rung(r, now) {
  let when = say(r.state);
  if (r.state === "fired") when = say("fired", { t: clock(r.at) });
  if (r.state === "coming") when = r.at > now ? say("coming", { t: span(r.at - now) }) : say("now");
  if (r.state === "held" && r.at > now) when = `${say("held")} · ${span(r.at - now)}`;
  const roles = r.roles.map((role) => say(role)).join(language === "en" ? ", " : "、");
  return make("li", r.state,
    make("span", "soft", after(r.after)),
    make("span", "who", roles, r.people.length ? make("span", "soft", make("span", "dot", " · "), r.people.join(", ")) : ""),
    make("span", "when", when));
}

function duty(k, now) {
  const over = k.state === "lapsed" || k.due <= now;
  const t = over ? say(k.state === "lapsed" ? "lapsed" : "late", { t: k.state === "lapsed" ? clock(k.due) : span(now - k.due) })
    : say("left", { t: span(k.due - now) });
  return make("span", `clock ${over ? "over" : k.state}`, `${k.clock} ${say(k.clock)} · ${t}`);
}

function owner(c) {
  const a = c.acknowledged;
  const lines = [];
  if (!a) lines.push(make("div", c.again ? "owner bad" : "owner soft", say("nobody")));
  else lines.push(make("div", a.holds || c.acted ? "owner good" : "owner bad",
    say(a.holds || c.acted ? "owns" : "voided", { who: a.who, t: clock(a.at) })));
  if (c.acted) lines.push(make("div", "owner good", say("did", { who: c.acted.who, what: say(c.acted.what), t: clock(c.acted.at) })));
  return lines;
}

function ladder(c, now) {
  const top = make("div", "row",
    make("span", `tag tier ${c.tier}`, c.tier),
    make("span", "code", c.code),
    c.suspect ? make("span", "tag", say("suspect")) : "",
    make("span", "tag", say(c.status)),
    c.vendor ? make("span", "soft", c.vendor) : "",
    make("span", "soft push", say("open", { t: span(now - c.opened) })));
  const notes = [];
  if (c.again) notes.push(say("again", { t: span(c.again - now) }));
  if (c.waiting) notes.push(say("waiting", { n: c.waiting }));
  if (c.failed) notes.push(say("failed", { n: c.failed }));
  return make("article", `card case c-${c.tier}`, top,
    make("ol", "", ...c.rungs.map((r) => rung(r, now))),
    notes.length ? make("div", "soft note", notes.join(" · ")) : "",
    make("div", "clocks", ...c.clocks.map((k) => duty(k, now))),
    ...owner(c),
    make("div", "id", c.id));
}

function fill(id, nodes, none) {
  const list = document.querySelector(`#${id} .list`);
  list.replaceChildren(...(nodes.length ? nodes : [make("div", "card empty", say(none))]));
}

function show() {
  document.documentElement.lang = language;
  document.title = say("title");
  document.querySelectorAll("[data-say]").forEach((node) => { node.textContent = say(node.dataset.say); });
  document.getElementById("language").textContent = say("other");
  if (!last) return;
  document.getElementById("n-cases").textContent = last.cases.length;
  document.getElementById("n-messages").textContent = last.messages.length;
  document.getElementById("state").textContent = `${say("live")} · ${clock(last.now)}`;
  fill("cases", last.cases.map((c) => ladder(c, last.now)), "noCases");
  // Left alone while nothing changes, so that a text can be selected and a link pressed.
  const now = JSON.stringify([language, last.messages]);
  if (now !== shownMessages) fill("messages", last.messages.map(message), "noMessages");
  shownMessages = now;
}

async function refresh() {
  try {
    const answer = await fetch("/outbox/data.json", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    last = await answer.json();
    document.body.classList.remove("lost");
    show();
  } catch {
    document.body.classList.add("lost");
    document.getElementById("state").textContent = say("lost");
  }
  setTimeout(refresh, 1000);
}

document.getElementById("language").addEventListener("click", () => {
  language = language === "en" ? "zh-CN" : "en";
  localStorage.setItem("language", language);
  show();
});
document.querySelectorAll("nav button").forEach((button) => {
  button.addEventListener("click", () => { document.body.dataset.tab = button.dataset.tab; });
});
document.body.dataset.tab = location.hash.slice(1) || "cases";
show();
refresh();
