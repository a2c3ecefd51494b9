// One client, question or decision on the board. Third part of its module; see board.js.

/** Draws the items of a board, and keeps each in line with the decisions. */
class Cards {
  /** @param board Has `say(key, values)`, `choices`, `changed(text)`, `render()`, `heading` and the `data`. */
  constructor(board, prefix) {
    this.board = board;
    this.choices = board.choices;
    this.prefix = prefix;
    this.say = board.say.bind(board);
    this.questions = new Map((board.data.conflicts ?? []).map((conflict) => [conflict.id, conflict]));
    this.entries = new Map(); // id of a question -> the entry that waits for it; null if there are several
    const chosen = [...this.questions.values()].filter((question) => question.kind === "choose");
    this.waiting = new Map(chosen.map((question) => [question.id, []])); // -> what can be chosen for single clients instead
    for (const group of ["only_in_import", "both"]) {
      for (const entry of board.data[group] ?? []) {
        for (const item of entry.choose ?? []) this.waiting.get(`choose:${item.field}`)?.push(item);
        // what is asked about all new clients is nobody's own question, though one waits alone
        if (!entry.conflict || this.waiting.has(entry.conflict)) continue;
        this.entries.set(entry.conflict, this.entries.has(entry.conflict) ? null : { entry, group });
      }
    }
    this.painters = []; // bring what is shown in line with the decisions
  }

  /** What the answer to a question says of one field it asks about; null if there is no answer, or it says nothing. */
  answer(question, field) {
    const choice = question && field.fate === "asked" ? this.choices.taken.get(question.id) : undefined;
    if (choice === "keep" || choice === "overwrite") return choice;
    if (!choice?.startsWith("overwrite:")) return null;
    return choice.slice("overwrite:".length).split(",").includes(field.field) ? "overwrite" : "keep";
  }

  /** Whether nobody has answered a question yet, by its answers or field by field. */
  open(question) {
    if (this.choices.has(question.id)) return false;
    const single = this.waiting.get(question.id);
    if (single?.length) return single.some((item) => (item.value ?? null) === null && !this.choices.has(item.id));
    const asked = (this.entries.get(question.id)?.entry.fields ?? []).filter((field) => field.fate === "asked");
    return !asked.length || !asked.every((field) => field.id && this.choices.of(field, `fields:${field.field}`));
  }

  paint(from = 0) {
    for (const paint of this.painters.slice(from)) paint();
  }

  /** Radio buttons side by side; `now` answers the choice that holds. */
  pills(name, options, now, take) {
    const group = `${this.prefix}-${name}`;
    return make("span", { class: "pills" }, options.map(({ choice, label, more }) => {
      const input = make("input", { type: "radio", name: group, onchange: () => take(choice) });
      this.painters.push(() => (input.checked = now() === choice));
      return make("label", { class: "pill" }, input, make("span", {}, label), more);
    }));
  }

  entry(entry, place, group = this.board.state.tab) {
    const decidable = entry.id && (entry.choices ?? []).length > 0;
    const bulk = group === "only_in_import" ? "records:only_in_import" : null;
    const card = make("article", { "aria-labelledby": `${this.prefix}-e${place}` });
    const name = entry.name || this.say("nameless");
    const about = [`${this.say("row")} ${entry.rows.slice(0, 5).join(", ")}${entry.rows.length > 5 ? " …" : ""}`];
    if (entry.clients?.length) about.push(`${this.say("client")} ${entry.clients.join(" / ")}`);
    const head = make("header", {},
      make("h3", { id: `${this.prefix}-e${place}` }, isolated(name)),
      make("span", { class: "about" }, isolated(about.join(" · "))),
      make("span", { class: "why" }, entry.why));
    if (decidable) head.append(this.toggle(entry, bulk, name, card));
    card.append(head);
    for (const finding of entry.findings ?? []) card.append(this.finding(finding));
    for (const item of entry.choose ?? []) if (this.offered(item).length) card.append(this.chosen(item, name, `e${place}`));
    const question = this.waiting.has(entry.conflict) ? undefined : this.questions.get(entry.conflict);
    if (question) card.append(this.answers(question, `e${place}`, entry));
    const fields = (entry.fields ?? []).filter((field) => (group === "both"
      ? this.board.state.equal || field.fate !== "same" // of a new client, its name stands above
      : field.field !== "name" || field.given !== entry.name));
    if (fields.length) {
      card.append(group === "both"
        ? make("div", { class: "fields" }, fields.map((field, at) => this.field(field, entry, question, `e${place}f${at}`)))
        : make("dl", { class: "values" }, fields.map((field) => make("div", {},
          make("dt", {}, this.fieldName(field)), make("dd", {}, isolated(this.value(field.given)))))));
    }
    if (entry.opening) card.append(this.opening(entry.opening));
    return card;
  }

  /** Take an entry or leave it out. */
  toggle(entry, bulk, name, card) {
    const input = make("input", {
      type: "checkbox", "aria-label": `${this.say("choice_take")}: ${name}`,
      onchange: () => {
        const choice = input.checked ? "take" : "skip";
        this.choices.take(entry, bulk, choice);
        this.board.changed(`${name}: ${this.say(`choice_${choice}`)}`);
      },
    });
    const out = make("span", { class: "mark" });
    this.painters.push(() => {
      const now = this.choices.of(entry, bulk);
      input.checked = now === "take";
      input.indeterminate = now === null;
      card.classList.toggle("out", now === "skip");
      out.textContent = now === "skip" ? this.say("left_out") : now === null ? this.say("state_ruled") : "";
    });
    return make("span", { class: "take" }, out, make("label", { class: "check" }, input, make("span", {}, this.say("choice_take"))));
  }

  fieldName(field) {
    return field.label ?? field.field;
  }

  value(value) {
    if (value === null || value === undefined || value === "" || value.length === 0) return this.say("blank");
    if (value === true || value === false) return this.say(value ? "yes" : "no");
    return Array.isArray(value) ? value.join(", ") : String(value);
  }

  /** One field of a client on both sides; where somebody can choose, each side is a radio button. */
  field(field, entry, question, place) {
    const label = this.fieldName(field);
    const free = field.id && (field.choices ?? []).length > 0;
    const bulk = `fields:${field.field}`;
    const sides = { keep: field.here, overwrite: field.given };
    const row = make("div", { class: "field", ...(free ? { role: "radiogroup", "aria-label": `${label}, ${entry.name}` } : {}) },
      make("span", { class: "name" }, label));
    const cells = {};
    const inputs = {};
    for (const [choice, value] of Object.entries(sides)) {
      const text = isolated(this.value(value));
      if (value === null || value === undefined) text.className = "blank";
      const where = make("span", { class: "where" }, this.say(choice === "keep" ? "here" : "given"));
      if (free) {
        inputs[choice] = make("input", {
          type: "radio", name: `${this.prefix}-${place}`,
          onchange: () => {
            this.choices.take(field, bulk, choice, this.answer(question, field));
            this.board.changed(`${label}, ${entry.name}: ${this.say(`choice_${choice}`)}`);
          },
        });
        cells[choice] = make("label", { class: "side" }, inputs[choice], where, unseen(`${this.say(`choice_${choice}`)}: `), text);
      } else {
        cells[choice] = make("span", { class: "side" }, where, unseen(`${this.say(choice === "keep" ? "here" : "given")}: `), text);
      }
    }
    const fate = make("span", { class: "fate" });
    row.append(cells.keep, cells.overwrite, fate);
    this.painters.push(() => {
      const answer = this.answer(question, field);
      const now = free ? this.choices.of(field, bulk, answer) : answer;
      const state = now ?? this.fate(field, free);
      row.dataset.state = state;
      for (const choice of ["keep", "overwrite"]) {
        if (free) inputs[choice].checked = now === choice;
        cells[choice].classList.toggle("dropped", (state === "keep" || state === "overwrite") && state !== choice);
      }
      const why = this.why(field, bulk, answer, now);
      fate.replaceChildren(make("span", { class: "mark" }, this.say(`state_${state}`)), ...(why ? [" ", make("span", { class: "reason" }, why)] : []));
    });
    return row;
  }

  /** Who or what chose the side of a field that holds `now`. */
  why(field, bulk, answer, now) {
    if (this.choices.has(field.id)) return this.say("own");
    if (now === null) return "";
    if (answer !== null) return this.say("own_answer");
    if (this.choices.has(bulk) && this.choices.taken.get(bulk) === now) return this.say("own_many");
    return now === field.choice && field.rule ? this.say(`rule_${field.rule}`) : "";
  }

  /** What becomes of a field about which nothing was decided here. */
  fate(field, free) {
    const fixed = { written: "overwrite", kept: "keep", asked: "asked", waiting: "waiting", same: "same", only_here: "only_here" };
    return free && ["written", "kept"].includes(field.fate) ? "ruled" : fixed[field.fate];
  }

  opening(opening) {
    const amount = (given) => (given === null || given === undefined ? this.say("blank") : `${given} ${opening.currency}`);
    return make("p", { class: "opening" }, `${this.say("opening")} (${opening.date}): `,
      isolated(amount(opening.replaced)), " → ", isolated(amount(opening.amount)));
  }

  finding(finding) {
    const parts = [["seen", finding.seen && `"${finding.seen}"`], ["wanted", finding.wanted], ["try", finding.remedy]];
    return make("div", { class: `finding ${finding.severity}` },
      make("p", {}, make("strong", { class: "mark" }, this.say(`severity_${finding.severity}`)), " ",
        finding.locator?.column && make("span", { class: "column" }, isolated(finding.locator.column), ": "), isolated(finding.message)),
      make("dl", {}, parts.filter(([, said]) => said).map(([key, said]) =>
        make("div", {}, make("dt", {}, this.say(key)), make("dd", {}, isolated(said))))));
  }

  /** A question with its answers; `entry` is the client it is about, if it is about one. */
  answers(question, place, entry) {
    const said = make("span", { class: "mark" });
    const back = make("button", { type: "button", class: "quiet", onclick: () => {
      this.choices.set(question.id, null);
      this.board.changed(`${question.question} ${this.say("taken_back")}`);
      box.querySelector("input").focus();
    } }, this.say("take_back"));
    // one field of several is chosen where it stands
    const single = new Set((entry?.fields ?? []).filter((field) => field.id).map((field) => `overwrite:${field.field}`));
    const options = question.options.filter((option) => !single.has(option.choice)).map((option) => ({
      choice: option.choice, label: isolated(option.label), more: this.compared(option) ?? this.row(question, option.choice),
    }));
    const box = make("fieldset", { class: "question" }, make("legend", {}, said, " ", isolated(question.question)),
      this.pills(`${place}-${question.id}`, options, () => this.choices.taken.get(question.id), (choice) => {
        this.choices.set(question.id, choice);
        this.board.changed(`${question.question} ${this.named({ id: question.id, choice })}`);
      }), back);
    this.painters.push(() => {
      const open = this.open(question);
      back.hidden = !this.choices.has(question.id);
      box.classList.toggle("answered", !open);
      said.textContent = this.say(open ? "asked" : "answered");
    });
    return box;
  }

  offered(item) {
    return this.board.data.choose?.[item.field] ?? [];
  }

  /** What is chosen for one new client alone; it goes before what is chosen for all of them among the questions. */
  chosen(item, name, place) {
    const all = `choose:${item.field}`;
    const said = make("span", { class: "mark" });
    const back = make("button", { type: "button", class: "quiet", onclick: () => {
      this.choices.set(item.id, null);
      this.board.changed(`${item.label}, ${name}: ${this.say("taken_back")}`);
      box.querySelector("input")?.focus();
    } }, this.say("take_back"));
    const legend = this.say("choose_one", { field: item.label });
    const now = () => this.choices.taken.get(item.id) ?? this.choices.taken.get(all);
    const box = make("fieldset", { class: "question" }, make("legend", {}, said, " ", isolated(legend)),
      this.pills(`${place}-${item.id}`, this.offered(item).map((choice) => ({ choice, label: isolated(choice) })), now, (choice) => {
        this.choices.set(item.id, choice);
        this.board.changed(`${item.label}, ${name}: ${choice}`);
      }), back);
    this.painters.push(() => {
      const own = this.choices.has(item.id);
      const open = !own && !this.choices.has(all) && (item.value ?? null) === null;
      back.hidden = !own;
      box.classList.toggle("answered", !open);
      said.textContent = this.say(open ? "asked" : own ? "own" : this.choices.has(all) ? "own_many" : "answered");
    });
    return box;
  }

  /** How far a client agrees with the record that resembles it, field by field. */
  compared(option) {
    if (!option.compared?.length) return null;
    return make("span", { class: "compared" }, option.compared.map((line) => make("span", {}, isolated(line))));
  }

  /** What the row says that an answer is about, where rows contradict each other. */
  row(question, choice) {
    const { rows, values } = question.params ?? {};
    const at = choice.startsWith("row:") && rows ? rows.indexOf(Number(choice.slice("row:".length))) : -1;
    if (at < 0) return null;
    return make("span", { class: "about" }, isolated(Object.values(values).map((said) => this.value(said[at])).join(" · ")));
  }

  question(question, place) {
    const home = this.entries.get(question.id);
    if (home) return this.entry(home.entry, place, home.group);
    const locator = question.locator ?? {};
    const where = [locator.row && `${this.say("row")} ${locator.row}`, locator.column].filter(Boolean).join(" · ");
    return make("article", { "aria-label": question.question }, where && make("p", { class: "about" }, isolated(where)), this.answers(question, `q${place}`));
  }

  other(other, place) {
    const name = other.name || this.say("nameless");
    const bulk = `clients:${other.reason}`;
    const row = make("article", { class: "other", "aria-labelledby": `${this.prefix}-o${place}` },
      make("header", {}, make("h3", { id: `${this.prefix}-o${place}` }, isolated(name)), make("span", { class: "about" }, isolated(`${this.say("client")} ${other.client}`)),
        make("span", { class: "why" }, other.why)));
    if (other.id && (other.choices ?? []).length) {
      const options = other.choices.map((choice) => ({ choice, label: this.say(`choice_${choice}`) }));
      row.append(make("div", { role: "radiogroup", "aria-label": name },
        this.pills(`o${place}`, options, () => this.choices.of(other, bulk), (choice) => {
          this.choices.take(other, bulk, choice);
          this.board.changed(`${name}: ${this.say(`choice_${choice}`)}`);
        })));
      this.painters.push(() => (row.dataset.state = this.choices.of(other, bulk) ?? ""));
    }
    return row;
  }

  decision(decision, place) {
    const name = `${this.say("take_back")}: ${this.about(decision.id)}`;
    const back = make("button", { type: "button", class: "quiet", "aria-label": name, onclick: () => {
      this.choices.set(decision.id, null);
      this.board.changed(this.say("taken_back"));
      this.board.render();
      this.board.heading.focus();
    } }, this.say("take_back"));
    return make("article", { class: "decision", "aria-labelledby": `${this.prefix}-d${place}` },
      make("h3", { id: `${this.prefix}-d${place}` }, isolated(this.about(decision.id))),
      make("span", { class: "mark" }, isolated(this.named(decision))), back);
  }

  /** What a decision is about, in words. */
  about(id) {
    if (!this.subjects) {
      this.subjects = new Map((this.board.data.bulk ?? []).map((many) => [many.id, many.label]));
      for (const question of this.questions.values()) this.subjects.set(question.id, question.question);
      for (const group of GROUPS) {
        for (const item of this.board.data[group] ?? []) {
          const name = item.name || this.say("nameless");
          if (item.id) this.subjects.set(item.id, name);
          for (const one of item.choose ?? []) this.subjects.set(one.id, `${name}: ${one.label}`);
          for (const field of item.fields ?? []) if (field.id) this.subjects.set(field.id, `${name}: ${this.fieldName(field)}`);
        }
      }
    }
    return this.subjects.get(id) ?? this.say("answer_to", { id });
  }

  /** A choice in words. */
  named({ id, choice }) {
    const option = this.questions.get(id)?.options.find((each) => each.choice === choice);
    return option?.label ?? this.board.labels[`choice_${choice}`] ?? choice;
  }
}
