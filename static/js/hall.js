/* The screen in the hall: it looks again every half minute, and when the network is gone it keeps
   what it has and says of when that is. Without this script the page loads itself anew. */
(() => {
  "use strict";

  const EVERY = 30000, SOON = 10000, PATIENCE = 8000, TURN = 12000;
  const state = document.querySelector("[data-state]"), hours = document.querySelector("[data-hours]");
  let ahead = 0, asOf = 0, isStill = false, page = 0;

  const board = () => document.getElementById("board");
  const now = () => Date.now() + ahead;
  /* The wall clock of the center, whatever zone the screen was set up with. */
  const clock = (moment) => new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" }).format(moment);

  function arrived() {
    const moment = Number(board().dataset.now) * 1000;
    ahead = moment - Date.now();
    asOf = moment;
    state.textContent = "";
    hours.hidden = false;
    tick();
  }

  /* What has begun is on, what has ended goes, also while nobody answers. */
  function tick() {
    const moment = now();
    board().querySelector("[data-clock]").textContent = clock(moment);
    for (const each of board().querySelectorAll("[data-ends]")) {
      const isOver = Number(each.dataset.ends) * 1000 <= moment;
      const isOn = !isOver && Number(each.dataset.starts) * 1000 <= moment;
      each.classList.toggle("over", isOver);
      each.classList.toggle("running", isOn && !each.classList.contains("off"));
    }
    turn();
  }

  /* More than fit on the screen turn over like pages. */
  function turn() {
    const atOnce = Number(board().dataset.atOnce);
    const items = [...board().querySelectorAll(".board-list > li:not(.over)")];
    const pages = Math.max(1, Math.ceil(items.length / atOnce));
    page %= pages;
    items.forEach((each, number) => { each.hidden = Math.floor(number / atOnce) !== page; });
    board().querySelectorAll("li.over").forEach((each) => { each.hidden = true; });
    document.querySelector("[data-page]").textContent = pages > 1 ? `${page + 1} / ${pages}` : "";
    document.querySelector("[data-still]").hidden = pages === 1;
  }

  async function look() {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: patience.signal });
      if (!answer.ok) throw new Error(answer.status);
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
      if (!found) throw new Error("no board");
      board().replaceWith(document.importNode(found, true));
      arrived();
      setTimeout(look, EVERY);
    } catch {
      state.textContent = board().dataset.asOf.replace("TIME", clock(asOf));
      hours.hidden = true;
      setTimeout(look, SOON);
    } finally {
      clearTimeout(timer);
    }
  }

  const full = document.querySelector("[data-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
  document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });

  const still = document.querySelector("[data-still]");
  still.addEventListener("click", () => { isStill = !isStill; still.setAttribute("aria-pressed", String(isStill)); });

  arrived();
  setInterval(tick, 1000);
  setInterval(() => { if (!isStill) { page += 1; turn(); } }, TURN);
  setTimeout(look, EVERY);
})();
