/* Keeps what a partner types into a posting.

   A few seconds after a change, and when the page is put aside, the form goes to the center as a
   draft. Until that is answered the words lie in this browser, for each user and form apart.
   Without this script the form is a plain form with a button that saves a draft. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const says = form.querySelector("[data-autosave-says]");
  const offer = form.querySelector("[data-autosave-offer]");
  const AFTER = 3000, SOONEST = 5000, LATEST = 60000, PATIENCE = 15000;

  let timer = null, pause = SOONEST, isSending = false, isStopped = false, isLeaving = false;
  let last = null; /* What the center has, or had when the page came. */

  const keyOf = () => `posting-${form.dataset.user}-${location.pathname}`;
  const kept = {
    read() { try { return JSON.parse(localStorage.getItem(keyOf())); } catch { return null; } },
    write(words) { try { localStorage.setItem(keyOf(), JSON.stringify({ at: Date.now(), words })); } catch { /* Then only the page has it. */ } },
    drop() { try { localStorage.removeItem(keyOf()); } catch { /* Nothing is kept. */ } },
  };

  const SKIPPED = new Set(["csrfmiddlewaretoken", "version", "request_key"]);
  const words = () => [...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string");
  const asText = (pairs) => JSON.stringify(pairs);

  function typed() {
    if (isStopped) { kept.write(words()); return; }
    kept.write(words());
    later(AFTER);
  }

  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => send(), milliseconds);
  }

  async function send({ isLast = false } = {}) {
    clearTimeout(timer);
    if (isSending || isStopped || isLeaving || asText(words()) === last) return;
    isSending = true;
    const body = new FormData(form), sent = asText(words());
    for (const [name, value] of [...body]) if (typeof value !== "string" || name === "cover-clear") body.delete(name);
    const patience = new AbortController(), clock = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, keepalive: isLast, redirect: "manual", signal: patience.signal });
      answered(answer.status, answer.type === "opaqueredirect" ? null : await answer.json(), sent);
    } catch {
      say(form.dataset.offline);
      later(pause);
      pause = Math.min(pause * 2, LATEST);
    } finally {
      clearTimeout(clock);
      isSending = false;
    }
  }

  function answered(status, answer, sent) {
    if (!answer) { say(form.dataset.signedOut); return; }
    if (status >= 500 || !answer.said) throw new Error(status);
    pause = SOONEST;
    say(answer.said);
    if (status === 409) { isStopped = true; return; }
    if (status !== 200) return; /* Something is missing; the next change tries again. */
    last = sent;
    form.elements.version.value = answer.version;
    if (form.dataset.autosave !== answer.autosave) moveTo(answer);
    if (asText(words()) === sent) kept.drop(); else later(AFTER);
  }

  /* The first time is kept under an address of its own; a reload finds it there. */
  function moveTo(answer) {
    kept.drop();
    form.dataset.autosave = answer.autosave;
    form.action = answer.page;
    history.replaceState(null, "", answer.page);
  }

  /* Polite: the same words are not read out twice. */
  function say(text) { if (says.textContent !== text) says.textContent = text; }

  function bringBack(pairs) {
    const all = new Map();
    for (const [name, value] of pairs) all.set(name, [...(all.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || SKIPPED.has(field.name) || field.type === "file") continue;
      const values = all.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (values.length && field.tagName !== "BUTTON") field.value = values.shift();
    }
    offer.hidden = true;
    later(0);
  }

  last = asText(words());
  const before = kept.read();
  if (before && Array.isArray(before.words) && asText(before.words) !== last) {
    offer.querySelector("time").textContent = new Date(before.at).toLocaleTimeString("en-GB", { timeZone: form.dataset.zone, hour: "2-digit", minute: "2-digit" });
    offer.querySelector("[data-bring-back]").addEventListener("click", () => bringBack(before.words));
    offer.querySelector("[data-leave-it]").addEventListener("click", () => { kept.drop(); offer.hidden = true; });
    offer.hidden = false;
  } else {
    kept.drop();
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      kept.write(words());
      say(form.dataset.offline);
      return;
    }
    isLeaving = true;
    clearTimeout(timer);
    kept.drop();
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send({ isLast: true }); });
  window.addEventListener("online", () => { pause = SOONEST; send(); });
  window.addEventListener("pageshow", () => { isLeaving = false; });
})();
