/* The employee's week on a phone. A swipe turns the page. Hours are kept on the phone first, then sent, once: a poor line loses
   nothing. The page works the same, with the line, when there is no script. */
"use strict";
(() => {
  let start = null;
  document.addEventListener("touchstart", (event) => {
    const touch = event.changedTouches[0];
    start = event.target.closest("input, textarea, select, details") ? null : { x: touch.clientX, y: touch.clientY };
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!start) return;
    const touch = event.changedTouches[0], across = touch.clientX - start.x, down = touch.clientY - start.y;
    start = null;
    if (Math.abs(across) < 70 || Math.abs(across) < 2 * Math.abs(down)) return;
    document.querySelector(across < 0 ? ".weeks [rel='next']" : ".weeks [rel='prev']")?.click();
  }, { passive: true });
})();

(() => {
  const week = document.querySelector("[data-week]");
  if (!week) return;
  const STORE = "grappe-week", PATIENCE = 8000, EVERY = 20000;
  const { person, cluster } = week.dataset;
  const box = `grappe.hours.${person}.${cluster}`;
  const said = JSON.parse(week.querySelector("[data-kept-words]").textContent);
  const card = week.querySelector("[data-kept]"), list = week.querySelector("[data-kept-list]");
  let state = "waiting", busy = false;

  /* What is kept: [{key, fields, half, label, fault}], oldest first. A half-day noted again takes the place of what waited. */
  const read = () => { try { return JSON.parse(localStorage.getItem(box)) || []; } catch { return []; } };
  const write = (kept) => { if (kept.length) localStorage.setItem(box, JSON.stringify(kept)); else localStorage.removeItem(box); };
  const change = (key, make) => write(read().flatMap((one) => (one.key === key ? make(one) : [one])));
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function duration(fields) {
    const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
    let minutes = 210;
    if (fields.starts_at && fields.ends_at) {
      minutes = (minutesOf(fields.ends_at) - minutesOf(fields.starts_at) + 1440) % 1440 - Number(fields.pause || 0);
    } else if (fields.hours || fields.minutes) minutes = 60 * Number(fields.hours || 0) + Number(fields.minutes || 0);
    if (!minutes) return said.absent;
    return `${Math.floor(minutes / 60)}\u202f${said.h}${minutes % 60 ? `\u202f${String(minutes % 60).padStart(2, "0")}` : ""}`;
  }

  function keep(form) {
    const fields = Object.fromEntries(new FormData(form).entries());
    for (const name of ["csrfmiddlewaretoken", "deed_key"]) delete fields[name];
    const half = `${fields.day}-${fields.part}`;
    const part = form.elements.part.selectedOptions?.[0]?.textContent;
    const place = form.elements.place?.selectedOptions?.[0]?.textContent || form.dataset.firm;
    const when = form.dataset.when || `${new Date(`${fields.day}T12:00`).toLocaleDateString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" })}, ${part}`;
    const label = `${when} : ${duration(fields)} ${said.at} ${place}`;
    write([...read().filter((one) => one.half !== half), { key: fresh(), fields, half, label, text: duration(fields), fault: null }]);
  }

  /* ---- what the screen says */
  function button(text, deed) {
    const made = document.createElement("button");
    made.type = "button"; made.className = "btn tight"; made.textContent = text;
    made.addEventListener("click", () => { deed(); draw(); send(); });
    return made;
  }

  function item(one) {
    const line = document.createElement("li"), what = document.createElement("b");
    what.textContent = one.label;
    line.append(what);
    if (one.fault) {
      const why = document.createElement("p");
      why.className = "small late"; why.textContent = `${one.fault.message} ${one.fault.remedy}`;
      const deeds = document.createElement("p");
      deeds.className = "row";
      const drop = () => change(one.key, () => []);
      const retry = (seen) => () => change(one.key, (kept) => [{ ...kept, key: fresh(), fault: null, fields: { ...kept.fields, ...(seen ? { seen } : {}) } }]);
      if (one.fault.standing) deeds.append(button(said.keep_theirs, drop));
      if (one.fault.standing && !one.fault.is_signed) deeds.append(button(said.replace, retry(one.fault.standing)));
      if (!one.fault.standing) deeds.append(button(said.again, retry("")), button(said.drop, drop));
      line.append(why, deeds);
    }
    return line;
  }

  function draw() {
    const kept = read();
    card.hidden = !kept.length;
    card.querySelector("[data-kept-title]").textContent = kept.length === 1 ? said.one : said.many.replace("{n}", kept.length);
    const faults = kept.some((one) => one.fault);
    card.querySelector("[data-kept-state]").textContent = busy ? said.sending : faults && state === "waiting" ? said.answer : said[state];
    card.querySelector("[data-kept-send]").hidden = busy || !kept.some((one) => !one.fault);
    list.replaceChildren(...kept.map(item));
    for (const old of document.querySelectorAll("[data-kept-half]")) old.remove();
    for (const cell of document.querySelectorAll(".week [data-kept-over]")) { cell.hidden = false; cell.removeAttribute("data-kept-over"); }
    for (const one of kept) {
      const cell = document.getElementById(one.half);
      if (!cell) continue;
      for (const other of cell.querySelectorAll(".said")) { other.hidden = true; other.setAttribute("data-kept-over", ""); }
      const mark = document.createElement("p");
      mark.className = "said kept-here"; mark.setAttribute("data-kept-half", ""); mark.textContent = `${one.text}, ${said.kept}`;
      cell.append(mark);
    }
  }

  /* ---- sending */
  async function ask(url, options = {}) {
    const answer = await fetch(url, { ...options, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE), headers: { Accept: "application/json" } });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("signed_out");
    if (answer.status >= 500) throw new Error("waiting");
    return answer;
  }

  async function deliver(one, token) {
    const body = new FormData();
    for (const [name, value] of Object.entries(one.fields)) body.append(name, value);
    body.append("deed_key", one.key);
    body.append("csrfmiddlewaretoken", token);
    const answer = await ask(document.querySelector("form[data-hours]").action, { method: "POST", body });
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : { state: "refused", message: answer.statusText, remedy: "" };
    if (told.state === "recorded" || told.state === "already") { change(one.key, () => []); return true; }
    change(one.key, (kept) => [{ ...kept, fault: told }]);
    return false;
  }

  async function send() {
    if (busy || !read().some((one) => !one.fault)) return;
    busy = true; draw();
    let sent = 0;
    try {
      const line = await (await ask(week.dataset.line)).json();
      if (String(line.person) !== person) throw new Error("other");
      state = "waiting";
      for (const one of read().filter((kept) => !kept.fault)) if (await deliver(one, line.token)) sent += 1;
    } catch (fault) {
      state = ["signed_out", "other"].includes(fault.message) ? fault.message : "waiting";
    }
    busy = false; draw();
    if (sent && !document.activeElement?.closest("form[data-hours] details, details[open] form[data-hours]")) location.reload();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-hours]");
    if (!form) return;
    try { keep(form); } catch { return; } /* no room to keep it: the form leaves by itself */
    event.preventDefault();
    event.stopImmediatePropagation();
    form.closest("details")?.removeAttribute("open");
    document.activeElement?.blur();
    draw();
    send();
  }, { capture: true });
  card.querySelector("[data-kept-send]").addEventListener("click", send);
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(send, EVERY);
  draw();
  send();

  /* The week at hand without a line: this page and its files are kept; another person's are dropped first. */
  async function atHand() {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    const owner = "grappe.week.person";
    if (localStorage.getItem(owner) !== person) { await caches.delete(STORE); localStorage.setItem(owner, person); }
    await navigator.serviceWorker.register(week.dataset.worker, { scope: week.dataset.scope });
    if (!navigator.onLine) return;
    const files = [...document.querySelectorAll("link[rel='stylesheet'], link[rel='icon'], link[rel='preload'], script[src]")].map((one) => one.href || one.src);
    const store = await caches.open(STORE);
    await Promise.all([location.href, week.dataset.scope, ...files].map(async (url) => { if (!(await store.match(url, { ignoreVary: true }))) await store.add(url); }));
  }
  atHand().catch(() => {});
})();
