// What a person decided, and what holds with it. First part of the board's module; see board.js.

/**
 * The decisions of a plan, plus and minus what a person changed.
 *
 * An item is an entry, a field or a client that is only here: `{id, choice, choices}`. `bulk` is the id of the decision
 * that is taken for many such items at once; a decision about one item beats it.
 */
class Choices {
  constructor(decisions) {
    this.original = new Map((decisions ?? []).map((decision) => [decision.id, decision.choice]));
    this.taken = new Map(this.original);
    this.answered = [...this.original.keys()].some((id) => id.startsWith("fields-differ:"));
    this.saved = this.text();
  }

  /**
   * What holds for an item; null where only planning again can say.
   *
   * @param answer For a field that a question asks about: what the answer to the question says of it. It stands between a
   *     decision about the field and one about many.
   */
  of(item, bulk, answer = null) {
    return this.taken.get(item.id) ?? this.without(item, bulk, answer);
  }

  /** What would hold without a decision about this very item. */
  without(item, bulk, answer = null) {
    if (answer !== null) return answer;
    const many = this.taken.get(bulk);
    // an answer that was given before goes before a decision about many, and of which fields it spoke is not known here
    if (many !== undefined && many !== item.choice && bulk.startsWith("fields:") && this.answered) return null;
    if (many !== this.original.get(bulk)) return many !== undefined && item.choices.includes(many) ? many : null;
    return this.original.has(item.id) ? null : (item.choice ?? null);
  }

  /** Decide about one item. What would hold anyway is no decision, unless it was one when the plan was made. */
  take(item, bulk, choice, answer = null) {
    if (!this.original.has(item.id) && this.without(item, bulk, answer) === choice) this.taken.delete(item.id);
    else this.taken.set(item.id, choice);
  }

  /** Answer a question or decide for many; null takes the decision back. */
  set(id, choice) {
    if (choice === null) this.taken.delete(id);
    else this.taken.set(id, choice);
  }

  /** Whether a person decided about this, here or before. */
  has(id) {
    return id != null && this.taken.has(id);
  }

  /** Back to the plan's own decisions; answers what was thrown away, for `restore`. */
  discard() {
    const gone = this.taken;
    this.taken = new Map(this.original);
    return gone;
  }

  restore(gone) {
    this.taken = gone;
  }

  list() {
    return [...this.taken].map(([id, choice]) => ({ id, choice }));
  }

  /** How many decisions differ from the plan's own. */
  get changes() {
    const ids = new Set([...this.taken.keys(), ...this.original.keys()]);
    return [...ids].filter((id) => this.taken.get(id) !== this.original.get(id)).length;
  }

  /** The same text for the same decisions, in whatever order they were taken. */
  text() {
    return JSON.stringify([...this.taken].sort());
  }

  get unsaved() {
    return this.text() !== this.saved;
  }

  markSaved() {
    this.saved = this.text();
  }
}
