/* Moving on the board of the desk: by dragging, or by the arrow keys.

   Both end on the same form, filled in: it shows what would happen, and the server decides.
   Without this script the button of a block opens that form. */
(() => {
  "use strict";

  const board = document.querySelector("[data-board]");
  if (!board) return;

  const isDay = board.dataset.board === "day";
  const says = document.querySelector("[data-says]");
  const MINUTE = 60000, STEP = 30, FAR = 6, DAY = 1440;
  /* Wall clocks of the center, reckoned as if they were UTC: no time zone of a browser gets in. */
  const read = (text) => Date.parse(`${text}Z`);
  const write = (moment) => new Date(moment).toISOString().slice(0, 16);
  const places = [...board.querySelectorAll("[data-room]")];
  const rooms = [...new Set(places.map((each) => each.dataset.room))];
  const placeOf = (room, date) => places.find((each) => each.dataset.room === room && each.dataset.date === date);

  let held = null; /* {block, starts, minutes, room, ghost} while something is moved */

  function hold(block) {
    leave();
    const starts = read(block.dataset.starts);
    const room = block.closest("[data-room]").dataset.room;
    held = { block, starts, first: starts, room, from: room, minutes: (read(block.dataset.ends) - starts) / MINUTE };
    held.ghost = document.createElement("li");
    held.ghost.className = "desk-block desk-ghost";
    block.classList.add("held");
  }

  function leave() {
    if (!held) return;
    held.block.classList.remove("held");
    held.ghost.remove();
    held = null;
  }

  /* Put what is held at another time or in another room, if there is such a place on the board. */
  function put(starts, room) {
    const date = write(starts).slice(0, 10), place = placeOf(room, date);
    if (!place) return;
    held.starts = starts;
    held.room = room;
    const time = `${write(starts).slice(11)}–${write(starts + held.minutes * MINUTE).slice(11)}`;
    held.ghost.textContent = `${time} ${held.block.dataset.title}`;
    held.ghost.className = `desk-block desk-ghost ${isDay ? columns(starts) : ""}`;
    place.querySelector(".desk-blocks").append(held.ghost);
    held.words = board.dataset.moved
      .replace("NAME", () => held.block.dataset.title)
      .replace("DAY", place.dataset.day).replace("TIME", time)
      .replace("ROOM", () => place.dataset.name);
  }

  function columns(starts) {
    const own = (held.block.className.match(/\bc(\d+)/) || [0, 1])[1];
    const halves = Number(board.dataset.halves);
    const wide = Math.max(1, Math.round(held.minutes / STEP));
    const begin = Math.round(Number(own) + (starts - held.first) / MINUTE / STEP);
    const first = Math.min(Math.max(begin, 1), halves);
    return `c${first} w${Math.min(wide, halves - first + 1)}`;
  }

  function go() {
    const { block, starts, minutes, room, first, from } = held;
    if (starts === first && room === from) { leave(); says.textContent = board.dataset.left; return; }
    const [date, start] = write(starts).split("T"), ends_at = write(starts + minutes * MINUTE);
    const to = new URLSearchParams({ starts_at: write(starts), ends_at, date, start, end: ends_at.slice(11), room });
    location.assign(`${block.dataset.move}&${to}`);
  }

  /* By half hours within the day, or by days. */
  function shifted(steps, byDays) {
    const starts = held.starts + steps * (byDays ? DAY : STEP) * MINUTE;
    const ends = starts + held.minutes * MINUTE - MINUTE;
    return byDays || write(starts).slice(0, 10) === write(ends).slice(0, 10) ? starts : held.starts;
  }

  /* ------------------------------------------------------------ by keyboard */
  board.addEventListener("click", (event) => {
    const button = event.target.closest(".desk-move"), block = button && button.closest("[data-move]");
    if (!block || event.detail !== 0) return; /* A mouse opens the form, a key begins to move. */
    event.preventDefault();
    begin(block);
  });

  function begin(block) {
    hold(block);
    put(held.starts, held.room);
    says.textContent = `${held.words}. ${board.dataset.help}`;
    block.querySelector(".desk-move").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!held) {
      const block = event.target.closest && event.target.closest("[data-move]");
      if (block && event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        begin(block);
      }
      return;
    }
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key], step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (turn) {
      const room = rooms[rooms.indexOf(held.room) + turn];
      if (room) put(held.starts, room);
    } else if (step) {
      put(shifted(step, !isDay && !event.shiftKey), held.room);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go();
      return;
    } else if (event.key === "Escape" || event.key === "Tab") {
      leave();
      says.textContent = board.dataset.left;
      return;
    } else return;
    event.preventDefault();
    held.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
    says.textContent = held.words;
  });

  /* ------------------------------------------------- by mouse, pen or finger */
  board.addEventListener("pointerdown", (event) => {
    const block = event.target.closest("[data-move]");
    /* A finger scrolls the page; only the handle drags. */
    const isHandle = event.target.closest(".desk-move");
    if (!block || event.button !== 0 || (event.pointerType === "touch" && !isHandle)) return;
    let isDragged = false;
    const { clientX: x, clientY: y } = event;
    const lanes = block.closest(".desk-lanes");
    const half = isDay ? lanes.clientWidth / Number(board.dataset.halves) : 0;

    const move = (now) => {
      if (!isDragged && Math.hypot(now.clientX - x, now.clientY - y) < FAR) return;
      if (!isDragged) { isDragged = true; hold(block); }
      now.preventDefault();
      const under = document.elementFromPoint(now.clientX, now.clientY);
      const place = under && under.closest("[data-room]");
      if (!place) return;
      const starts = isDay
        ? held.first + Math.round((now.clientX - x) / half) * STEP * MINUTE
        : read(`${place.dataset.date}T${write(held.first).slice(11)}`);
      put(starts, place.dataset.room);
    };
    const end = (now) => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      if (!isDragged || !held) return;
      /* The button comes up over a link: that is no click. */
      const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
      document.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
      if (now.type === "pointerup") go(); else leave();
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });
  board.addEventListener("dragstart", (event) => event.preventDefault());
})();
