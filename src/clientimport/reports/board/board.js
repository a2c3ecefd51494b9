// The board: a plan beside the store, where a person looks and decides. Last part of its module: `choices.js`,
// `elements.js`, `cards.js` and this file, one after the other, are an ES module without imports (review_page.board_script).

const PAGE = 25;
const GROUPS = ["only_in_import", "only_here", "both", "invalid"];

/**
 * Put a board into `root`.
 *
 * @param root An element; what is in it is replaced.
 * @param data The overview of a plan as `board_data` or `Overview.to_dict` gives it.
 * @param options `labels`: the board's texts, by default those in `data`; `onChange`: called with the list of decisions after
 *     every change; `file`: the name of the file that decisions are saved in, without which there is nothing to save;
 *     with it, leaving the page with decisions that were not saved is asked about.
 * @returns `decisions()`: the list of `{id, choice}`, and `destroy()`, which leaves `root` empty.
 */
export function mount(root, data, options = {}) {
  const board = new Board(root, data, options);
  board.open();
  return { decisions: () => board.choices.list(), destroy: () => board.destroy() };
}

let boards = 0;

class Board {
  constructor(root, data, options) {
    this.root = root;
    this.data = data;
    this.options = options;
    this.labels = options.labels ?? data.labels;
    this.choices = new Choices(data.decisions);
    this.prefix = `board${++boards}`;
    this.numbers = new Intl.NumberFormat(data.lang);
    this.state = { tab: null, page: 0, search: "", filter: "all", equal: false };
    this.cards = new Cards(this, this.prefix);
    this.words = new WeakMap(); // entry -> the text it is found by
    this.gone = null; // decisions that were discarded
    this.leaving = (event) => {
      if (!this.choices.unsaved) return;
      event.preventDefault();
      event.returnValue = true; // older browsers look at this instead
    };
  }

  open() {
    const groups = GROUPS.filter((name) => this.data.groups[name]);
    const tabs = groups.map((name) => ({
      name, label: this.data.groups[name].label, count: () => this.data.groups[name].clients,
    }));
    if (this.cards.questions.size) {
      const open = () => [...this.cards.questions.values()].filter((question) => this.cards.open(question)).length;
      tabs.push({ name: "questions", label: this.say("questions"), count: open, asks: true });
    }
    tabs.push({ name: "decisions", label: this.say("decisions"), count: () => this.choices.taken.size });
    this.tabs = tabs.map((tab) => ({ ...tab, ...this.tab(tab) }));
    this.status = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.panel = make("section", { class: "panel", role: "tabpanel", id: `${this.prefix}-panel`, tabindex: 0 });
    this.copied = make("div", { class: "copied" });
    this.root.classList.add("clientimport-board");
    this.root.lang = this.data.lang ?? "";
    const list = make("div", { class: "tabs", role: "tablist", "aria-label": this.say("groups"), onkeydown: (e) => this.arrow(e) },
      this.tabs.map((tab) => tab.button));
    this.root.replaceChildren(make("div", { class: "bar" }, this.actions(), list), this.copied, this.panel, this.status);
    if (this.options.file) window.addEventListener("beforeunload", this.leaving);
    this.show((this.tabs.find((tab) => tab.count() > 0) ?? this.tabs[0]).name);
  }

  destroy() {
    window.removeEventListener("beforeunload", this.leaving);
    this.root.classList.remove("clientimport-board");
    this.root.replaceChildren();
  }

  say(key, values = {}) {
    return fill(this.labels[key] ?? key, values);
  }

  announce(text) {
    this.status.textContent = text;
  }

  // ---------------------------------------------------------------------------------------------- frame

  tab({ name, label, asks }) {
    const badge = make("span", { class: asks ? "count asks" : "count" });
    const button = make("button", {
      type: "button", role: "tab", id: `${this.prefix}-tab-${name}`, "aria-controls": `${this.prefix}-panel`,
      onclick: () => this.show(name),
    }, make("span", {}, label), " ", badge);
    return { button, badge };
  }

  actions() {
    const count = make("span", { class: "taken" });
    const undo = make("button", { type: "button", class: "quiet", onclick: () => this.discard() });
    const copy = make("button", { type: "button", onclick: () => this.copy() }, this.say("copy"));
    const save = make("button", { type: "button", class: "first", onclick: () => this.save() }, this.say("download"));
    this.paintFrame = () => {
      count.textContent = this.say("taken", { count: this.numbers.format(this.choices.taken.size) });
      undo.textContent = this.say(this.gone ? "bring_back" : "discard");
      undo.disabled = !this.gone && this.choices.changes === 0;
      for (const tab of this.tabs) tab.badge.textContent = this.numbers.format(tab.count());
    };
    return make("div", { class: "actions" }, count, undo, ...(this.options.file ? [copy, save] : []));
  }

  arrow(event) {
    const at = this.tabs.findIndex((tab) => tab.name === this.state.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = this.tabs[(to + this.tabs.length) % this.tabs.length];
    this.show(tab.name);
    tab.button.focus();
  }

  /** Something was decided: repaint, tell whoever listens. */
  changed(said) {
    this.gone = null;
    this.repaint();
    const count = this.say("taken", { count: this.numbers.format(this.choices.taken.size) });
    this.announce(`${said}. ${count}`);
    this.options.onChange?.(this.choices.list());
  }

  repaint() {
    this.cards.paint();
    this.paintFrame();
  }

  discard() {
    if (this.gone) {
      this.choices.restore(this.gone);
      this.changed(this.say("brought_back"));
    } else {
      const gone = this.choices.discard();
      this.changed(this.say("discarded"));
      this.gone = gone;
      this.paintFrame();
    }
    if (this.state.tab === "decisions") this.show("decisions");
  }

  file() {
    const decisions = this.choices.list();
    return JSON.stringify({ clientimport: "decisions", version: 1, plan: this.data.plan ?? null, store: this.data.store ?? null, decisions }, null, 2);
  }

  save() {
    download(this.options.file, `${this.file()}\n`);
    this.choices.markSaved();
    this.announce(this.say("downloaded", { name: this.options.file }));
  }

  /** To the clipboard; where the browser does not allow it, into a box to copy from by hand. */
  async copy() {
    try {
      await navigator.clipboard.writeText(this.file());
      this.choices.markSaved();
      this.copied.replaceChildren(make("p", {}, this.say("copied")));
      this.announce(this.say("copied"));
    } catch {
      const box = make("textarea", { readonly: true, rows: 8, "aria-label": this.say("copy_by_hand"), value: this.file() });
      this.copied.replaceChildren(make("p", {}, this.say("copy_by_hand")), box);
      box.focus();
      box.select();
    }
  }

  // ---------------------------------------------------------------------------------------------- panels

  show(name) {
    if (name !== this.state.tab) Object.assign(this.state, { tab: name, page: 0, search: "", filter: "all" });
    for (const tab of this.tabs) {
      tab.button.setAttribute("aria-selected", String(tab.name === name));
      tab.button.tabIndex = tab.name === name ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", `${this.prefix}-tab-${name}`);
    this.copied.replaceChildren();
    this.cards.painters = [];
    this.list = make("div", { class: `list ${name}` });
    this.heading = make("h2", { tabindex: -1 }, this.tabs.find((tab) => tab.name === name).label);
    const items = this.items();
    const some = name !== "decisions" && items.length > 0;
    const top = make("div", { class: "top" }, this.heading, some && this.tools(name));
    const many = some ? this.manyAtOnce(name) : null;
    this.fixed = this.cards.painters.length; // painters of what stays when the list changes
    this.panel.replaceChildren(...[top, many, this.list].filter(Boolean));
    this.render();
    this.repaint();
  }

  items() {
    const { tab } = this.state;
    if (tab === "questions") return [...this.cards.questions.values()];
    if (tab === "decisions") return this.choices.list();
    return this.data[tab] ?? [];
  }

  /** Searching, filtering, equal fields. */
  tools(name) {
    let waiting = 0;
    const search = make("input", {
      type: "search", id: `${this.prefix}-search`, autocomplete: "off", spellcheck: "false",
      oninput: () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.narrow({ search: search.value }), 150);
      },
    });
    const filters = { only_in_import: ["all", "asked", "findings", "decided"], only_here: ["all", "decided"],
      both: ["all", "differing", "asked", "findings", "decided"], questions: ["all", "open", "decided"] }[name];
    const filter = filters && make("select", { onchange: () => this.narrow({ filter: filter.value }) },
      filters.map((kind) => make("option", { value: kind }, this.say(`filter_${kind}`))));
    const equal = name === "both" && make("input", {
      type: "checkbox", checked: this.state.equal, onchange: () => this.narrow({ equal: equal.checked, page: this.state.page }),
    });
    return make("div", { class: "tools", role: "search" },
      make("label", { class: "search" }, make("span", {}, this.say("search")), search),
      filter && make("label", {}, make("span", {}, this.say("show")), filter),
      equal && make("label", { class: "check" }, equal, make("span", {}, this.say("equal"))));
  }

  narrow(given) {
    Object.assign(this.state, { page: 0 }, given);
    const found = this.render();
    this.announce(this.say("found", { count: this.numbers.format(found), total: this.numbers.format(this.items().length) }));
  }

  /** The choices for many at once that belong to this group. */
  manyAtOnce(name) {
    const kind = { only_in_import: "records:only_in_import", both: "fields:", only_here: "clients:" }[name];
    const bulk = (this.data.bulk ?? []).filter((many) => kind && many.id.startsWith(kind));
    if (!bulk.length) return null;
    const box = make("details", { class: "many" }, make("summary", {}, this.say("many")),
      make("p", { class: "hint" }, this.say("many_hint")));
    for (const many of bulk) {
      const label = `${many.label} (${this.numbers.format(many.count)})`;
      const options = [null, ...many.choices].map((choice) => ({ choice, label: this.say(choice ? `choice_${choice}` : "no_rule") }));
      box.append(make("div", { class: "line", role: "radiogroup", "aria-label": label },
        make("span", { class: "what" }, many.label, " ", make("span", { class: "count" }, this.numbers.format(many.count))),
        this.cards.pills(many.id, options, () => this.choices.taken.get(many.id) ?? null, (choice) => {
          this.choices.set(many.id, choice);
          this.changed(`${many.label}: ${choice ? this.say(`choice_${choice}`) : this.say("no_rule")}`);
        })));
    }
    return box;
  }

  /** The items of this page; answers how many there are on all pages. */
  render() {
    this.cards.painters.length = this.fixed;
    const { tab, page } = this.state;
    const wanted = plain(this.state.search.trim());
    const found = this.items().filter((item) => this.passes(item) && (!wanted || this.text(item).includes(wanted)));
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    const now = Math.min(page, pages - 1);
    const draw = { only_here: "other", questions: "question", decisions: "decision" }[tab] ?? "entry";
    const items = found.slice(now * PAGE, (now + 1) * PAGE).map((item, place) => this.cards[draw](item, now * PAGE + place));
    const columns = (tab === "both" || tab === "questions") && items.some((item) => item.querySelector(".fields")) && make("div", { class: "columns", "aria-hidden": "true" },
      [this.say("field"), this.say("here"), this.say("given"), this.say("outcome")].map((text) => make("span", {}, text)));
    const shown = items.length ? items : [make("p", { class: "none" }, this.say(this.items().length ? "none_found" : "none"))];
    this.list.replaceChildren(...[this.pager(found.length, now, pages), columns].filter(Boolean), ...shown,
      ...(items.length > 8 && pages > 1 ? [this.pager(found.length, now, pages)] : []));
    this.cards.paint(this.fixed);
    return found.length;
  }

  pager(count, now, pages) {
    if (pages < 2) return null;
    const turn = (by, key) => make("button", {
      type: "button", disabled: now + by < 0 || now + by >= pages,
      onclick: () => {
        this.state.page = now + by;
        this.render();
        this.heading.focus();
        this.heading.scrollIntoView({ block: "nearest" });
        this.announce(this.say("page", { page: now + by + 1, pages }));
      },
    }, this.say(key));
    const from = this.numbers.format(now * PAGE + 1);
    const to = this.numbers.format(Math.min(count, (now + 1) * PAGE));
    return make("nav", { class: "pager", "aria-label": this.say("pages") },
      make("span", {}, this.say("range", { from, to, count: this.numbers.format(count) })),
      turn(-1, "previous"), turn(1, "next"));
  }

  passes(item) {
    switch (this.state.filter) {
      case "asked": return this.cards.questions.has(item.conflict) && this.cards.open(this.cards.questions.get(item.conflict));
      case "open": return this.cards.open(item);
      case "findings": return (item.findings ?? []).length > 0;
      case "differing": return (item.fields ?? []).some((field) => !["same", "only_here"].includes(field.fate));
      case "decided": return [item.id, item.conflict, ...(item.fields ?? []).map((field) => field.id)].some((id) => this.choices.has(id));
      default: return true;
    }
  }

  text(item) {
    let text = this.words.get(item);
    if (text === undefined) {
      const fields = (item.fields ?? []).flatMap((field) => [field.here, field.given]).flat();
      const said = (item.findings ?? []).flatMap((finding) => [finding.message, finding.seen]);
      const parts = [item.name, item.client, item.clients, item.rows, item.why, item.question, item.systems, fields, said];
      text = plain(parts.flat().filter((part) => part !== null && part !== undefined).join("\n"));
      const home = item.question && this.cards.entries.get(item.id);
      if (home) text += this.text(home.entry);
      this.words.set(item, text);
    }
    return text;
  }
}
