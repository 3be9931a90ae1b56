"""The numbers of the norm for elders, measured on a page as a browser has laid it out.

《互联网网站适老化通用设计规范》 and its sister for apps (MIIT, 2021): size of text and of what is
pressed, lines and paragraphs, contrast, one column, nothing that moves or hurries.
"""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Demands:
    body: int  # px, what is read
    text: int  # px, the smallest
    target: int  # px, each way
    contrast: float
    columns: bool  # whether blocks may stand side by side
    line: float = 1.3  # times the size of the text
    paragraph: float = 1.3  # times what is free between two lines


ELDER = Demands(body=22, text=20, target=60, contrast=7, columns=False)
LARGER, LARGEST = replace(ELDER, body=26), replace(ELDER, body=30)
STANDARD = Demands(body=18, text=16, target=44, contrast=4.5, columns=True, paragraph=0)
HIGH_CONTRAST = replace(STANDARD, contrast=20)

# Every finding is a name of a demand and where it is not met.
MEASURE = r"""demands => {
  const found = [];
  const say = (demand, element, value) => found.push([demand,
    `${value}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 120)}`]);
  const style = (element, part) => getComputedStyle(element, part);
  const box = element => element.getBoundingClientRect();
  const isForEars = element => element.closest(".sr-only, .skip");
  const isSeen = element => box(element).width > 1 && box(element).height > 1
    && style(element).visibility === "visible" && !isForEars(element);
  const words = element => element.textContent.trim();

  const brush = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgba = color => {
    if (/^rgba?\(/.test(color)) return color.match(/[\d.]+/g).map(Number);
    // Mixed colors are written in other spaces: let the browser paint one.
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = color;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((c, n) => c * a + below[n] * (1 - a));
  const ground = element => {
    if (!element) return rgba(style(document.body).backgroundColor).slice(0, 3);
    const color = rgba(style(element).backgroundColor);
    return color.length === 3 || color[3] === 1
      ? color.slice(0, 3) : over(color, ground(element.parentElement));
  };
  const light = color => color.map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  const contrast = (color, element) => {
    const below = ground(element);
    const [less, more] = [light(over(rgba(color), below)), light(below)].sort((a, b) => a - b);
    return (more + .05) / (less + .05);
  };

  const letters = style(document.body).fontSize;
  if (Math.abs(parseFloat(letters) - demands.body) > .01) say("body", document.body, letters);
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) say("wide", root, root.scrollWidth);

  const texts = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();)
    if (node.data.trim() && isSeen(node.parentElement)) texts.add(node.parentElement);
  for (const element of document.querySelectorAll("input, select, textarea"))
    if (isSeen(element) && !["checkbox", "radio"].includes(element.type)) texts.add(element);

  for (const element of texts) {
    const {fontSize, lineHeight, color} = style(element), size = parseFloat(fontSize);
    if (size < demands.text - .01) say("text", element, fontSize);
    if (parseFloat(lineHeight) < size * demands.line - .1 && !element.closest("[aria-hidden]"))
      say("line", element, `${lineHeight} for ${fontSize}`);
    const shown = [contrast(color, element)];
    if (element.placeholder) shown.push(contrast(style(element, "::placeholder").color, element));
    if (Math.min(...shown) < demands.contrast - .05)
      say("contrast", element, Math.min(...shown).toFixed(2));
    for (let each = element; each; each = each.parentElement)
      if (style(each).opacity < 1) { say("contrast", each, "see-through"); break; }
  }

  // A label is pressed for its box, a row for the link of its heading.
  const pressed = element => {
    if (element.labels?.length && ["checkbox", "radio"].includes(element.type))
      return box(element.closest("label") || element.labels[0]);
    const after = style(element, "::after");
    if (after.content !== "none" && after.position === "absolute" && after.top === "0px"
      && after.bottom === "0px") return box(element.offsetParent);
    return box(element);
  };
  const isInText = element => style(element).display === "inline"
    && words(element.closest("p, li, dd, td, small, label, div")).length > words(element).length;
  for (const element of document.querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=hidden])")) {
    if (!isSeen(element) || isInText(element)) continue;
    const {width, height} = pressed(element);
    if (Math.min(width, height) < demands.target - .5)
      say("target", element, `${Math.round(width)} × ${Math.round(height)}`);
  }

  if (!demands.columns) for (const parent of document.querySelectorAll("main, main *")) {
    const blocks = [...parent.children].filter(isSeen).filter(each => words(each)
      && (each.matches("p, h1, h2, h3, ul, ol, dl, form, table, fieldset")
        || each.querySelector("p, h1, h2, h3, ul, ol, dl, form, table, fieldset")));
    for (const [n, block] of blocks.entries()) for (const other of blocks.slice(n + 1)) {
      const [a, b] = [box(block), box(other)];
      if (Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
        && (a.right <= b.left + 1 || b.right <= a.left + 1)) say("columns", parent, "side by side");
    }
  }

  for (const second of document.querySelectorAll("main p + p")) {
    const first = second.previousElementSibling, line = parseFloat(style(second).lineHeight);
    const least = demands.paragraph * (line - parseFloat(style(second).fontSize));
    const gap = box(second).top - box(first).bottom;
    const isRead = each => isSeen(each)
      && words(each).length > [...each.querySelectorAll("a")].map(words).join("").length;
    const isText = [first, second].every(isRead)
      && [first, second].some(each => box(each).height > 1.5 * line);
    if (isText && gap < least - .5) say("paragraph", second, `${gap} instead of ${least}`);
  }

  for (const element of document.querySelectorAll(
    "meta[http-equiv=refresh], [autoplay], marquee, [hx-trigger*=every], [hx-trigger*=delay]"))
    say("hurry", element, "changes by itself");
  // A transition ends by itself within the blink of an eye.
  for (const moving of document.getAnimations())
    if (!(moving instanceof CSSTransition)) say("hurry", moving.effect.target, "moves");
  for (const element of document.querySelectorAll("dialog[open], [role=dialog], [aria-modal=true]"))
    say("hurry", element, "is in the way");
  for (const element of document.querySelectorAll("body *"))
    if (style(element).position === "fixed") say("hurry", element, "does not go away");
  return found;
}"""


def measure(page, demands):
    """[(demand, where it is not met)]"""
    return [tuple(each) for each in page.evaluate(MEASURE, asdict(demands))]
