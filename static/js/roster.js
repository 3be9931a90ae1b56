/* Taps on the roster where the network is bad.

   Every tap is written down in the browser first, with an id, the moment and what it is about,
   shown at once, and then sent: one after the other, in order, each until the server has
   answered. Without this script the same forms are plain forms. */
(() => {
  "use strict";

  const box = document.getElementById("queue");
  if (!box) return;

  const KEY = `roster-taps-${box.dataset.user}`;
  const SOONEST = 1000, LATEST = 30000, PATIENCE = 15000;
  /* What time it is at the center: a phone's own clock may be wrong. */
  const ahead = Number(box.dataset.now) * 1000 - Date.now();

  let memory = null; /* Where a browser keeps nothing, the page itself does. */
  let isSending = false, timer = null, pause = SOONEST;

  const read = () => {
    if (memory) return memory;
    try {
      const taps = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(taps) ? taps : [];
    } catch { return []; }
  };
  const write = (taps) => {
    if (memory) { memory = taps; return; }
    try { localStorage.setItem(KEY, JSON.stringify(taps)); } catch { memory = taps; }
  };
  const drop = (tap) => write(read().filter((each) => each.id !== tap.id));

  const formOf = (action) => [...document.querySelectorAll("form[data-tap]")].find((each) => each.getAttribute("action") === action);
  const newId = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

  function tapped(event) {
    const form = event.target, button = event.submitter;
    if (!form.matches("form[data-tap]") || !button) {
      /* Everything else needs an answer: without a network this page must not be lost for it. */
      const isLost = !navigator.onLine;
      if (isLost) event.preventDefault();
      box.querySelector("[data-needs-network]").hidden = !isLost;
      if (isLost) box.scrollIntoView({ block: "center" });
      return;
    }
    event.preventDefault();
    const tap = {
      id: newId(),
      at: Date.now() + ahead,
      action: form.getAttribute("action"),
      mark: button.value,
      name: form.closest("li").querySelector("h3").textContent,
    };
    write([...read(), tap]);
    show(tap, form);
    focusOn(form);
    say();
    /* A tap shows that somebody is here: it is worth another try at once. */
    pause = SOONEST;
    send();
  }

  /* As the row will look once the tap has been sent. */
  function show(tap, form) {
    const row = form.closest("li");
    row.dataset.state = tap.mark === "undo" ? "open" : tap.mark;
    for (const each of row.querySelectorAll("[data-when]")) {
      each.hidden = !each.dataset.when.split(" ").includes(row.dataset.state);
    }
    const time = new Date(tap.at).toLocaleTimeString("en-GB", { timeZone: box.dataset.zone, hour: "2-digit", minute: "2-digit" });
    if (tap.mark === "came") row.querySelector("time").textContent = time;
    row.querySelector("[data-reason]").hidden = true;
    row.querySelector("[data-waits]").hidden = false;
  }

  function focusOn(form) {
    const button = form.querySelector("button:not([hidden])");
    if (button) button.focus({ preventScroll: true });
  }

  async function send() {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    try {
      if (navigator.locks) await navigator.locks.request(KEY, sendAll);
      else await sendAll();
    } finally {
      isSending = false;
    }
  }

  async function sendAll() {
    for (let tap = read()[0]; tap; tap = read()[0]) {
      const answer = await ask(tap);
      if (answer === "later") return later();
      if (answer === "sign-in") return say("sign-in");
      pause = SOONEST;
      drop(tap);
      take(tap, answer);
      say();
    }
    say();
  }

  /* The server's answer, or "later", or "sign-in". */
  async function ask(tap) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const body = new URLSearchParams({ mark: tap.mark, tapped_at: Math.round(tap.at), tap: tap.id });
    const gone = box.querySelector("[data-gone]").textContent;
    let response;
    try {
      response = await fetch(tap.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
        redirect: "manual",
        credentials: "same-origin",
        signal: AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined,
      });
      if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) return "sign-in";
      if (response.status >= 500 || response.status === 429 || response.status === 408) return "later";
      if (response.ok || response.status === 409) return await response.json();
    } catch {
      return "later";
    }
    return { reason: gone };
  }

  function later() {
    say("offline");
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, LATEST);
  }

  function take(tap, answer) {
    if (answer.counts) document.getElementById("counts").outerHTML = answer.counts;
    if (answer.reason) refuse(tap, answer.reason);
    const form = formOf(tap.action);
    if (!form) return;
    const next = read().filter((each) => each.action === tap.action).pop();
    const row = form.closest("li"), hadFocus = row.contains(document.activeElement);
    if (answer.row) row.outerHTML = answer.row;
    else row.remove();
    const fresh = formOf(tap.action);
    /* What has been tapped since then stays to be seen. */
    if (next && fresh) show(next, fresh);
    if (hadFocus && fresh) focusOn(fresh);
  }

  function refuse(tap, reason) {
    const note = box.querySelector("template").content.cloneNode(true);
    note.querySelector("[data-name]").textContent = tap.name;
    note.querySelector("[data-reason]").textContent = reason;
    box.querySelector("[data-refused]").append(note);
  }

  /* A moment of waiting is not worth a word; without a network, or signed out, it is. */
  function say(what) {
    const taps = read();
    if (what || !taps.length) {
      for (const each of box.querySelectorAll("[data-says]")) each.hidden = !taps.length || each.dataset.says !== what;
    }
    for (const each of box.querySelectorAll("[data-count]")) each.textContent = taps.length;
  }

  for (const tap of read()) {
    const form = formOf(tap.action);
    if (form) show(tap, form);
  }
  document.addEventListener("submit", tapped);
  addEventListener("online", () => { pause = SOONEST; send(); });
  addEventListener("pageshow", (event) => { if (event.persisted) send(); });
  send();
})();
