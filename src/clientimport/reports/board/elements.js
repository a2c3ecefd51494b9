// Elements of the board. Second part of its module; see board.js. Text only ever becomes text nodes, never markup.

/** An element with attributes and children; `onclick` and the like are listeners, false and null are left out. */
function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "checked" || name === "value" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Somebody's text, kept apart from the direction of the text around it. */
function isolated(text) {
  return make("bdi", {}, text);
}

/** Text for screen readers, where the place on the screen says it to others. */
function unseen(text) {
  return make("span", { class: "unseen" }, text);
}

/** A text with `{name}` filled in. */
function fill(text, values) {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** What is compared when somebody searches: without capitals and accents. */
function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Hand a text to the browser as a file. */
function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
